package io.arketic.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.arketic.schema.Tenant.Migrated;
import io.arketic.schema.tenancy.TenantContext;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests the export and the erasure of an account. */
class AccountDataIT {

    private Migrated migrated;
    private Tenant tenant;
    private UUID member;
    private UUID ownChat;
    private UUID sharedChat;

    @BeforeEach
    void open() throws SQLException {
        migrated = Migrated.open(2);
        tenant = Tenant.create(migrated, "data");
        member = tenant.addMember("leaving@example.org", "admin");
        execute("""
                insert into user_profiles (user_id, bio) values ('%1$s', 'Wrote notes.');
                update users set first_name = 'Leaving' where id = '%1$s';
                insert into organization_invitations (organization_id, email, token_hash, expires_at, accepted_by_id)
                values ('%2$s', 'leaving@example.org', 'h', now(), '%1$s');
                insert into knowledge_bases (organization_id, owner_id, name) values ('%2$s', '%1$s', 'Handed over');
                insert into workflows (organization_id, creator_id, name, workflow_definition)
                values ('%2$s', '%1$s', 'Flow', '{}');
                insert into provider_keys (user_id, provider, encrypted_key) values ('%1$s', 'p', 'cipher')
                """.formatted(member, tenant.organizationId()));
        ownChat = chat("Own");
        sharedChat = chat("Shared");
        execute("""
                insert into chat_participants (organization_id, chat_id, user_id)
                select organization_id, id, u from chats, unnest(array['%1$s', '%2$s']::uuid[]) u where title = 'Shared';
                insert into chat_messages (organization_id, chat_id, sender_id, content)
                select organization_id, id, '%1$s', 'Said by me' from chats
                """.formatted(member, tenant.userId()));
    }

    @AfterEach
    void close() {
        migrated.close();
    }

    @Test
    void everyTableThatNamesUsersIsReadAndWhatBlocksTheirEraseIsHandedOver() throws SQLException {
        assertThat(rows("""
                        select c.table_name from account_columns() c
                        where not exists (
                            select from pg_policy p
                            where p.polrelid = format('public.%I', c.table_name)::regclass
                              and 'arketic_owner'::regrole = any (p.polroles) and p.polcmd in ('*', 'r'))
                          or not exists (
                            select from pg_attribute a
                            where a.attrelid = format('public.%I', c.table_name)::regclass and a.attname = 'id')
                        """))
                .as("give arketic_owner a policy to read it, and it an id")
                .isEmpty();
        assertThat(rows("""
                        select c.relname || '.' || a.attname from pg_constraint k
                        join pg_class c on c.oid = k.conrelid and not c.relispartition
                        join pg_attribute a on a.attrelid = c.oid and a.attnum = k.conkey[1]
                        where k.contype = 'f' and k.confrelid = 'users'::regclass and k.confdeltype not in ('c', 'n')
                        order by 1
                        """))
                .as("erase_account() has to hand these over")
                .containsExactly(
                        "chats.creator_id", "documents.owner_id", "knowledge_bases.owner_id", "workflows.creator_id");
    }

    @Test
    void rowsAreOnesOwnWithoutSecretsPageByPage() throws SQLException {
        assertThat(own(member, "users", null, 10))
                .singleElement()
                .asString()
                .contains("leaving@")
                .doesNotContain("password_hash");
        assertThat(own(member, "user_profiles", null, 10))
                .singleElement()
                .asString()
                .contains("Wrote notes.");
        assertThat(own(member, "provider_keys", null, 10))
                .singleElement()
                .asString()
                .doesNotContain("cipher");
        List<String> first = own(member, "chat_messages", null, 1);
        assertThat(first).singleElement().asString().contains("Said by me");
        String id = first.get(0).replaceAll(".*\"id\": \"([0-9a-f-]{36})\".*", "$1");
        assertThat(own(member, "chat_messages", UUID.fromString(id), 10))
                .hasSize(1)
                .doesNotContainAnyElementsOf(first);
        assertThat(own(tenant.userId(), "chat_messages", null, 10)).isEmpty();
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> own(member, "ingest_ledger", null, 10))
                .withMessageContaining("names no users");
    }

    @Test
    void ownRowsAreDeletedAndSharedRowsLoseTheName() throws SQLException {
        assertThat(erase(member)).isEqualTo("{}");
        assertThat(count("users where email = 'leaving@example.org'")).isZero();
        assertThat(count("user_profiles")).isZero();
        assertThat(count("provider_keys")).isZero();
        assertThat(count("organization_invitations")).isZero();
        assertThat(count("chats where id = '" + ownChat + "'")).isZero();
        assertThat(count("chats where id = '" + sharedChat + "' and creator_id = '" + tenant.userId() + "'"))
                .isEqualTo(1);
        assertThat(count("chat_messages where sender_id is null and content = 'Said by me'"))
                .isEqualTo(1);
        assertThat(count("knowledge_bases where owner_id = '" + tenant.userId() + "'"))
                .isEqualTo(2);
        assertThat(count("workflows where creator_id = '" + tenant.userId() + "'"))
                .isEqualTo(1);
        assertThat(count(
                        "audit_log where (before || after)::text ~ 'leaving@|Leaving|Wrote' or before::text ~ 'leaving@|Wrote'"
                                + " or after::text ~ 'leaving@|Wrote'"))
                .isZero();
        assertThat(count("audit_log where table_name = 'users' and action = 'delete' and row_id = '" + member + "'"))
                .isEqualTo(1);
        assertThat(count("counter_drift()")).isZero();
    }

    @Test
    void theLastOwnerStaysWhileThereAreOthersAndTakesTheOrganizationAlongAfterwards() throws SQLException {
        assertThat(erase(tenant.userId())).isEqualTo("last owner of data");
        assertThat(count("users")).isEqualTo(2);
        assertThat(erase(member)).isEqualTo("{}");
        tenant.index(tenant.version("a.txt", "e", 1), "en", "Some text.");
        execute("""
                insert into chat_files (organization_id, message_id, object_key, filename, media_type, file_size)
                select organization_id, id, 'of a chat', 'a.png', 'image/png', 10 from chat_messages limit 1
                """);
        assertThat(erase(tenant.userId())).isEqualTo("{data}");
        assertThat(count("users")).isZero();
        assertThat(count("knowledge_bases")).isZero();
        assertThat(rows("select slug from organization_removals() where objects"))
                .as("its row holds the slug until its objects are gone")
                .containsExactly("data");
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> execute("insert into organizations (name, slug) values ('Next', 'data')"))
                .withMessageContaining("slug");
        removeRows();
        assertThat(count("removed_objects where object_key = 'of a chat'"))
                .as("objects that are to go from the bucket")
                .isEqualTo(1);
        for (String table : List.of(
                "users",
                "organizations",
                "knowledge_bases",
                "knowledge_chunks",
                "chats",
                "chat_messages",
                "organization_members")) {
            assertThat(count(table)).as(table).isZero();
        }
        assertThat(count("audit_log where organization_id = '" + tenant.organizationId() + "'"))
                .isZero();
    }

    private void removeRows() throws SQLException {
        String batch = "select remove_organization_rows('" + tenant.organizationId() + "', 100)";
        while (!rows(batch).equals(List.of("0"))) {
            assertThat(count("organizations")).isLessThanOrEqualTo(1);
        }
    }

    private String erase(UUID user) throws SQLException {
        return migrated.database().transaction(TenantContext.ofUser(user), connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("select leave_chats()");
            }
            return Tenant.one(
                    connection,
                    String.class,
                    "select coalesce('last owner of ' || last_owner_of, removed::text) from erase_account()");
        });
    }

    private List<String> own(UUID user, String table, @Nullable UUID after, int batch) throws SQLException {
        return migrated.database().transaction(TenantContext.ofUser(user), connection -> {
            List<String> rows = new ArrayList<>();
            try (var statement = connection.prepareStatement("select account_rows(?, ?, ?)::text")) {
                statement.setString(1, table);
                statement.setObject(2, after);
                statement.setInt(3, batch);
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        rows.add(row.getString(1));
                    }
                }
            }
            return rows;
        });
    }

    @Test
    void aChannelStaysAndAGroupIsNotLeftWithoutAnOwner() throws SQLException {
        UUID channel = chat("News");
        execute("update chats set chat_type = 'channel' where id = '" + channel + "'");
        execute("update chat_participants set role = 'owner' where user_id = '" + member + "'");
        assertThat(erase(member)).isEqualTo("{}");
        assertThat(count("chats where id = '" + channel + "' and creator_id = '" + tenant.userId() + "'"))
                .isEqualTo(1);
        assertThat(count("chat_participants where chat_id = '" + sharedChat + "' and role = 'owner' and user_id = '"
                        + tenant.userId() + "'"))
                .isEqualTo(1);
        assertThat(count("counter_drift()")).isZero();
    }

    private UUID chat(String title) throws SQLException {
        return migrated.database()
                .transaction(
                        TenantContext.of(tenant.organizationId(), member),
                        connection -> Tenant.id(
                                connection,
                                "insert into chats (creator_id, title) values (?, ?) returning id",
                                member,
                                title));
    }

    private long count(String table) throws SQLException {
        return Long.parseLong(rows("select count(*) from " + table).get(0));
    }

    private List<String> rows(String query) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = migrated.superuser();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                rows.add(row.getString(1));
            }
        }
        return rows;
    }

    private void execute(String statement) throws SQLException {
        try (Connection connection = migrated.superuser();
                Statement run = connection.createStatement()) {
            run.execute(statement);
        }
    }
}
