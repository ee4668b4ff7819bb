package io.arketic.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.schema.Tenant.Migrated;
import io.arketic.schema.knowledge.KnowledgeStore;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.schema.tenancy.TenantDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Tests that every counter is right after many parallel changes of one organization's rows. */
@TestInstance(Lifecycle.PER_CLASS)
class CounterDriftIT {

    private static final int THREADS = 6;
    private static final int CHANGES = 120;

    private Migrated migrated;
    private TenantDatabase database;
    private Tenant tenant;
    private final List<UUID> chats = new ArrayList<>();
    private UUID workflow;
    private final List<UUID> users = new ArrayList<>();

    @BeforeAll
    void open() throws SQLException {
        migrated = Migrated.open(THREADS);
        database = migrated.database();
        tenant = Tenant.create(migrated, "drift");
        migrated.change(tenant, "max_members = 50");
        for (int i = 0; i < 3; i++) {
            users.add(tenant.addMember("drift-" + i + "@example.org", "member"));
            UUID chat = tenant.read(
                    UUID.class, "insert into chats (creator_id, title) values (?, 'C') returning id", tenant.userId());
            chats.add(chat);
            for (UUID user : users) {
                join(chat, user);
            }
        }
        workflow = tenant.read(
                UUID.class,
                "insert into workflows (creator_id, name, workflow_definition) values (?, 'W', '{}') returning id",
                tenant.userId());
    }

    @AfterAll
    void close() {
        migrated.close();
    }

    @Test
    void noCounterDriftsAndNothingDeadlocksForGood() throws Exception {
        long deadlocks =
                superuser(Long.class, "select deadlocks from pg_stat_database where datname = current_database()");
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> workers = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                Random random = new Random(thread);
                workers.add(threads.submit(() -> {
                    for (int i = 0; i < CHANGES; i++) {
                        change(random);
                    }
                    return true;
                }));
            }
            for (Future<?> worker : workers) {
                worker.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(tenant.read(Long.class, "select count(*) from chat_messages"))
                .isPositive();
        assertThat(tenant.read(Long.class, "select count(*) from knowledge_documents where status = 'completed'"))
                .isPositive();
        assertThat(drift()).isEmpty();
        assertThat(superuser(Long.class, "select deadlocks from pg_stat_database where datname = current_database()"))
                .isEqualTo(deadlocks);
    }

    @Test
    void aCounterThatIsWrongIsNamed() throws SQLException {
        UUID chat = tenant.read(
                UUID.class, "insert into chats (creator_id, title) values (?, 'Wrong') returning id", tenant.userId());
        superuser(UUID.class, "update chats set message_count = 7 where id = '" + chat + "' returning id");
        assertThat(drift()).containsExactly("chats " + chat + " message_count 7 0");
        superuser(UUID.class, "delete from chats where id = '" + chat + "' returning id");
    }

    private void change(Random random) throws SQLException {
        UUID chat = chats.get(random.nextInt(chats.size()));
        UUID user = users.get(random.nextInt(users.size()));
        int path = random.nextInt(8);
        switch (random.nextInt(12)) {
            case 0, 1, 2 ->
                execute(
                        "insert into chat_messages (chat_id, sender_id, content, tokens_used) values (?, ?, 'Hi', 3)",
                        chat,
                        user);
            case 3 ->
                execute(
                        "delete from chat_messages where id = (select min(id::text)::uuid from chat_messages where chat_id = ?)",
                        chat);
            case 4 ->
                execute(
                        "update chat_messages set is_deleted = not is_deleted where id = (select max(id::text)::uuid from chat_messages where chat_id = ?)",
                        chat);
            case 5 -> execute("delete from chat_participants where chat_id = ? and user_id = ?", chat, user);
            case 6 -> join(chat, user);
            case 7 -> execute("update organization_members set is_active = not is_active where user_id = ?", user);
            case 8 -> execute("""
                        insert into documents (owner_id, name, document_type, filename, file_path, file_size, file_hash)
                        values (?, 'F' || gen_random_uuid(), 'other', 'f', 'f', ?, 'h')
                        """, tenant.userId(), 1000L + path);
            case 9 ->
                execute(
                        "update documents set status = 'deleted' where id = (select min(id::text)::uuid from documents where status <> 'deleted')");
            case 10 ->
                execute(
                        "insert into workflow_executions (workflow_id, total_steps, status, duration_seconds) values (?, 1, ?::execution_status, 1.5)",
                        workflow,
                        random.nextBoolean() ? "completed" : "failed");
            default -> ingest(path, random.nextInt());
        }
    }

    /** Does what the pipeline does with a dropped and with a removed file. */
    private void ingest(int path, int content) throws SQLException {
        ObjectVersion version = tenant.version("f-" + path + ".txt", Integer.toHexString(content), content >>> 8);
        if (content % 5 == 0) {
            new KnowledgeStore(migrated.ingest()).delete(tenant.target(), version.bucket(), version.key());
        } else {
            tenant.index(version, "en", "Text " + content, "and more.");
        }
    }

    private void join(UUID chat, UUID user) throws SQLException {
        execute("""
                insert into chat_participants (chat_id, user_id) values (?, ?)
                on conflict on constraint idx_participant_chat_user do nothing
                """, chat, user);
    }

    private void execute(String statement, Object... values) throws SQLException {
        database.transaction(tenant.context(), connection -> {
            try (PreparedStatement prepared = connection.prepareStatement(statement)) {
                for (int i = 0; i < values.length; i++) {
                    prepared.setObject(i + 1, values[i]);
                }
                return prepared.executeUpdate();
            }
        });
    }

    private List<String> drift() throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = migrated.superuser();
                PreparedStatement statement = connection.prepareStatement(
                        "select concat_ws(' ', table_name, row_id, counter, stored, counted) from counter_drift()");
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                rows.add(row.getString(1));
            }
        }
        return rows;
    }

    private <T> T superuser(Class<T> type, String query) throws SQLException {
        try (Connection connection = migrated.superuser()) {
            return Tenant.one(connection, type, query);
        }
    }
}
