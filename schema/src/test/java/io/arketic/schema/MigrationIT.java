package io.arketic.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.arketic.schema.Tenant.Migrated;
import io.arketic.schema.migration.SchemaMigrator;
import io.arketic.services.Fixtures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MigrationIT {

    private static final int NEWEST = scripts('V').size();
    private static final int WITH_CHATS = 5;
    private static final int BEFORE_THE_DRIVE = 99;
    private static final int BEFORE_PRIVATE_CHANGES = 309;
    private static final int BEFORE_TEXTS_OF_CHATS = 316;
    private static final int BEFORE_THOSE_OF_BEFORE = 311;

    @Test
    void everyMigrationHasItsWayBack() {
        assertThat(scripts('U')).isEqualTo(scripts('V'));
    }

    @Test
    void theSchemaGoesUpDownAndUpWithData() throws SQLException {
        Fixtures.Database owner = Fixtures.database();
        SchemaMigrator migrator = new SchemaMigrator(Tenant.settings(owner), "secret of the application");
        assertThat(migrator.migrate()).isEqualTo(NEWEST);
        assertThat(migrator.migrate()).isZero();
        migrator.validate();
        fill(owner, "first");
        cite(owner);

        assertThat(migrator.rollbackTo(BEFORE_THE_DRIVE)).isPositive();
        assertThat(count(owner, "message_citations where quote = 'shown to each member'"))
                .isEqualTo(2);
        assertThat(count(owner, "message_citations"))
                .as("no quote of a private document")
                .isEqualTo(2);
        migrator.migrate();
        assertThat(count(
                        owner,
                        "documents where place_id is not null and blob_id is not null"
                                + " and compared_name = 'plan.txt' and folder_path = '/Plans'"))
                .as("listed in its folder, with its bytes")
                .isEqualTo(1);
        assertThat(count(owner, "document_blobs where reference_count = 1")).isEqualTo(1);

        List<String> applied = migrator.info();
        for (int i = NEWEST - 1; i >= WITH_CHATS; i--) {
            int version = Integer.parseInt(applied.get(i - 1).split(" ")[0]);
            assertThat(migrator.rollbackTo(version))
                    .as("back to " + applied.get(i - 1))
                    .isEqualTo(1);
        }
        assertThat(migrator.migrate()).isEqualTo(NEWEST - WITH_CHATS);
        assertThat(count(owner, "chat_messages where reply_to_id is not null")).isEqualTo(1);
        assertThat(count(owner, "knowledge_documents where search_vector @@ 'text'"))
                .isEqualTo(1);
        assertThat(count(owner, "counter_drift()")).isZero();

        assertThat(migrator.rollbackTo(2)).isEqualTo(NEWEST - 2);
        assertThat(migrator.info()).containsExactly("1 foundation", "2 identity");
        assertThat(count(owner, "organizations")).isEqualTo(1);

        assertThat(migrator.migrate()).isEqualTo(NEWEST - 2);
        fill(owner, "second");
        assertThat(count(owner, "knowledge_chunks")).isEqualTo(1);

        assertThat(migrator.rollbackTo(0)).isEqualTo(NEWEST);
        assertThat(migrator.info()).isEmpty();
        assertThat(left(owner)).isEmpty();

        assertThat(migrator.migrate()).isEqualTo(NEWEST);
        migrator.validate();
        fill(owner, "third");
        assertThat(count(owner, "organizations")).isEqualTo(1);
    }

    /** More rows than one batch has, in two months. */
    @Test
    void whatTheLogHadBeforeIsShownToItsOnlyReader() throws SQLException {
        try (Migrated migrated = Migrated.open()) {
            SchemaMigrator migrator =
                    new SchemaMigrator(Tenant.settings(migrated.owner()), "secret of the application");
            Tenant tenant = Tenant.create(migrated, "logged");
            UUID kept = personal(tenant, "Kept");
            UUID gone = personal(tenant, "Gone");
            UUID shown = tenant.read(
                    UUID.class,
                    "insert into knowledge_bases (owner_id, name) values (?, 'Shown') returning id",
                    tenant.userId());
            for (UUID base : List.of(gone, shown)) {
                tenant.read(UUID.class, "delete from knowledge_bases where id = ? returning id", base);
            }
            assertThat(migrator.rollbackTo(BEFORE_PRIVATE_CHANGES)).isPositive();
            migrated.execute("insert into audit_log (id, organization_id, action, table_name, row_id)"
                    + " select case when i % 2 = 0 then uuid_v7() else uuid_v7_floor(now() + interval '40 days') end,"
                    + " '" + tenant.organizationId() + "', 'update', 'knowledge_bases', '" + kept
                    + "' from generate_series(1, 2) i");
            migrated.execute("insert into audit_log (organization_id, action, table_name, row_id) select '"
                    + tenant.organizationId() + "', 'update', 'knowledge_bases', '" + kept
                    + "' from generate_series(1, 20500)");
            migrator.migrate();
            for (int run = 0; run < 2; run++) {
                assertThat(count(
                                migrated.owner(),
                                "audit_log where row_id in ('" + kept + "', '" + gone
                                        + "') and private_to is distinct from '" + tenant.userId() + "'"))
                        .isZero();
                assertThat(count(
                                migrated.owner(),
                                "audit_log where row_id = '" + shown + "' and private_to is not null"))
                        .isZero();
                assertThat(count(
                                migrated.owner(),
                                "knowledge_folders where knowledge_base_id in ('" + kept + "', '" + gone + "', '"
                                        + shown + "')"))
                        .isEqualTo(3);
                // After a break it goes on.
                migrator.rollbackTo(BEFORE_THOSE_OF_BEFORE);
                migrated.execute(
                        "update audit_log set private_to = null where id > uuid_v7_floor(now() + interval '1 day')");
                migrator.migrate();
            }
        }
    }

    @Test
    void textsOfChatsThatTheLogHadBeforeAreMasked() throws SQLException {
        try (Migrated migrated = Migrated.open()) {
            SchemaMigrator migrator =
                    new SchemaMigrator(Tenant.settings(migrated.owner()), "secret of the application");
            Tenant tenant = Tenant.create(migrated, "logged");
            migrator.rollbackTo(BEFORE_TEXTS_OF_CHATS);
            migrated.execute(
                    "insert into audit_log (organization_id, action, table_name, row_id, before, after) select '"
                            + tenant.organizationId() + "', 'update', t.name, uuid_v7(),"
                            + " jsonb_build_object(t.field, case when i > 1 then 'Secret' end, 'is_archived', false),"
                            + " jsonb_build_object(t.field, 'Secret', 'is_archived', true)"
                            + " from (values ('chats', 'title'), ('chats', 'system_prompt'), ('chat_files', 'filename'),"
                            + " ('message_citations', 'title'), ('message_feedback', 'comment'), ('documents', 'title'))"
                            + " t (name, field) cross join generate_series(1, 3500) i");
            migrator.migrate();
            String secret = "concat(before, after) like '%Secret%'";
            assertThat(count(migrated.owner(), "audit_log where table_name <> 'documents' and " + secret))
                    .isZero();
            assertThat(count(migrated.owner(), "audit_log where table_name = 'documents' and " + secret))
                    .isEqualTo(3500);
            assertThat(count(
                            migrated.owner(),
                            "audit_log where table_name = 'chats' and before = '{\"title\": null, \"is_archived\": false}'"
                                    + " and after = '{\"title\": \"***\", \"is_archived\": true}'"))
                    .isEqualTo(1);
        }
    }

    private static UUID personal(Tenant tenant, String name) throws SQLException {
        return tenant.read(
                UUID.class,
                "insert into knowledge_bases (owner_id, name, knowledge_base_type) values (?, '" + name
                        + "', 'personal') returning id",
                tenant.userId());
    }

    @Test
    void aRollbackThatFailsTakesNothingBack() throws SQLException {
        try (Migrated migrated = Migrated.open()) {
            SchemaMigrator migrator =
                    new SchemaMigrator(Tenant.settings(migrated.owner()), "secret of the application");
            try (Connection connection = migrated.superuser();
                    Statement statement = connection.createStatement()) {
                statement.execute("create view in_the_way as select id from organizations");
            }
            assertThatIllegalStateException()
                    .isThrownBy(() -> migrator.rollbackTo(0))
                    .withMessageContaining("in_the_way");
            assertThat(migrator.info()).hasSize(NEWEST);
            Tenant.create(migrated, "still-here");
        }
    }

    @Test
    void databasesOfOneServerAreMigratedSideBySide() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            Fixtures.Database shared = Fixtures.database();
            List<Fixtures.Database> databases = List.of(shared, shared, Fixtures.database());
            List<Future<Integer>> applied = new ArrayList<>();
            for (Fixtures.Database database : databases) {
                SchemaMigrator migrator = new SchemaMigrator(Tenant.settings(database), "secret of the application");
                applied.add(threads.submit(migrator::migrate));
            }
            int total = 0;
            for (Future<Integer> one : applied) {
                total += one.get();
            }
            assertThat(total).isEqualTo(2 * NEWEST);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void idsAreVersionSevenAndGrowWithTime() throws SQLException {
        try (Migrated migrated = Migrated.open();
                Connection connection = migrated.superuser()) {
            String first = Tenant.one(connection, String.class, "select uuid_v7()::text");
            assertThat(first).matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
            long millis = Long.parseLong(first.replace("-", "").substring(0, 12), 16);
            long now =
                    Tenant.one(connection, Long.class, "select (extract(epoch from clock_timestamp()) * 1000)::bigint");
            assertThat(now - millis).isBetween(0L, 60_000L);
        }
    }

    /** Returns the migrations of one direction, without its letter. */
    private static SortedSet<String> scripts(char direction) {
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/io/arketic/schema/migrations"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.charAt(0) == direction && name.endsWith(".sql"))
                    .map(name -> name.substring(1))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void fill(Fixtures.Database owner, String slug) throws SQLException {
        try (Migrated migrated = Migrated.over(owner, 1)) {
            Tenant tenant = Tenant.create(migrated, slug);
            tenant.index(tenant.version("a.txt", "e", 1), "en", "Some text.");
            UUID chat = tenant.read(
                    UUID.class, "insert into chats (creator_id, title) values (?, 'C') returning id", tenant.userId());
            String message =
                    "insert into chat_messages (chat_id, content, reply_to_id) values (?, 'Hello', ?) returning id";
            UUID question = tenant.read(UUID.class, message, chat, null);
            tenant.read(UUID.class, message, chat, question);
            String document = """
                    insert into documents (
                        owner_id, parent_id, name, document_type, filename, file_path, file_size, file_hash, status)
                    values (?, ?, ?, ?::document_type, ?, ?, 0, ?, 'available') returning id""";
            UUID folder = tenant.read(UUID.class, document, tenant.userId(), null, "Plans", "folder", "", "", "");
            UUID file = tenant.read(
                    UUID.class,
                    document,
                    tenant.userId(),
                    folder,
                    "plan.txt",
                    "text",
                    "plan.txt",
                    tenant.organizationId() + "/1",
                    "hash");
            tenant.read(
                    UUID.class,
                    "update documents set blob_id = k.blob_id from keep_document_bytes('hash', 0, ?) k where id = ?"
                            + " returning id",
                    tenant.organizationId() + "/1",
                    file);
        }
    }

    /** Quotes of a private document of the drive, of one that each member sees, and of one that the drive never had. */
    private static void cite(Fixtures.Database owner) throws SQLException {
        try (Connection connection = DriverManager.getConnection(owner.url(), owner.user(), owner.password());
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    insert into documents (
                        organization_id, owner_id, name, document_type, filename, file_path, file_size, file_hash, status,
                        share_level)
                    select organization_id, owner_id, 'Open', 'folder', '', '', 0, '', 'available', 'organization'
                    from documents where name = 'Plans';
                    insert into message_citations (
                        organization_id, message_id, number, document_version, filename, file_path, start_offset, end_offset,
                        quote, score)
                    select m.organization_id, m.id, q.number, 1, 'f', 'f', 0, 1, q.quote, 1
                    from (select organization_id, id from chat_messages limit 1) m
                    cross join (values
                        (1, 'private'), (2, 'shown to each member'), (3, 'shown to each member')) q (number, quote);
                    update message_citations c set source_document_id = d.id from documents d
                    where c.number = 1 and d.name = 'plan.txt' or c.number = 2 and d.name = 'Open';
                    """);
        }
    }

    private static long count(Fixtures.Database owner, String table) throws SQLException {
        try (Connection connection = DriverManager.getConnection(owner.url(), owner.user(), owner.password())) {
            return Tenant.one(connection, Long.class, "select count(*) from " + table);
        }
    }

    /** Returns what a complete rollback leaves of tables, types and functions, besides the migrations' own history. */
    private static String left(Fixtures.Database owner) throws SQLException {
        String query = """
                select coalesce(string_agg(name, ' '), '') from (
                    select relname as name from pg_class
                    where relnamespace = 'public'::regnamespace and relname !~ '^flyway_'
                    union all
                    select typname from pg_type
                    where typnamespace = 'public'::regnamespace and typowner = 'arketic_owner'::regrole
                      and typname !~ '^_?flyway_'
                    union all
                    select proname from pg_proc where proowner = 'arketic_owner'::regrole) left_over
                """;
        try (Connection connection = DriverManager.getConnection(owner.url(), owner.user(), owner.password())) {
            return Tenant.one(connection, String.class, query);
        }
    }
}
