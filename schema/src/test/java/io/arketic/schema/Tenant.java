package io.arketic.schema;

import io.arketic.schema.generation.EmbeddedChunk;
import io.arketic.schema.generation.TextBlock;
import io.arketic.schema.knowledge.DocumentVersion;
import io.arketic.schema.knowledge.IngestLedger;
import io.arketic.schema.knowledge.KnowledgeStore;
import io.arketic.schema.knowledge.ReplaceOutcome;
import io.arketic.schema.ledger.KnowledgeTarget;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.schema.ledger.StepTimes;
import io.arketic.schema.migration.SchemaMigrator;
import io.arketic.schema.tenancy.DatabaseSettings;
import io.arketic.schema.tenancy.TenantContext;
import io.arketic.schema.tenancy.TenantDatabase;
import io.arketic.services.Fixtures;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Creates an organization with one member and one knowledge base, like the application. */
public record Tenant(
        TenantDatabase database,
        TenantDatabase ingest,
        String slug,
        UUID organizationId,
        UUID userId,
        UUID knowledgeBaseId) {

    public static final String MODEL = "test-model";
    public static final int DIMENSIONS = 8;

    public static final String PASSWORD = Fixtures.ROLE_PASSWORD;

    /** Opens a migrated database as the role of requests, of the jobs and of the work in the background. */
    public record Migrated(
            TenantDatabase database, TenantDatabase ingest, TenantDatabase maintenance, Fixtures.Database owner)
            implements AutoCloseable {

        public static Migrated open() {
            return open(4);
        }

        public static Migrated open(int poolSize) {
            return over(
                    Fixtures.database(
                            "migrated", database -> new SchemaMigrator(settings(database), PASSWORD).migrate()),
                    poolSize);
        }

        /** Opens a database that was migrated already. */
        static Migrated over(Fixtures.Database owner, int poolSize) {
            return new Migrated(
                    open(owner, "arketic_app", poolSize),
                    open(owner, "arketic_ingest", poolSize),
                    open(owner, "arketic_maintenance", 1),
                    owner);
        }

        private static TenantDatabase open(Fixtures.Database owner, String role, int poolSize) {
            return TenantDatabase.open(new DatabaseSettings(owner.url(), role, PASSWORD, poolSize));
        }

        /** Opens a connection as a role of the product, without the work of {@link TenantDatabase}. */
        Connection as(String role) throws SQLException {
            return DriverManager.getConnection(owner.url(), role, PASSWORD);
        }

        /** Opens a connection that bypasses row-level security. */
        public Connection superuser() throws SQLException {
            return DriverManager.getConnection(owner.url(), owner.user(), owner.password());
        }

        public void execute(String statement) {
            try (Connection connection = superuser();
                    Statement executed = connection.createStatement()) {
                executed.execute(statement);
            } catch (SQLException failure) {
                throw new IllegalStateException(failure);
            }
        }

        /** Changes an organization as an operator, with {@code assignments} as in {@code update organizations set}. */
        public void change(Tenant tenant, String assignments) throws SQLException {
            try (Connection connection = superuser()) {
                one(
                        connection,
                        UUID.class,
                        "update organizations set " + assignments + " where id = ? returning id",
                        tenant.organizationId());
            }
        }

        @Override
        public void close() {
            database.close();
            ingest.close();
            maintenance.close();
        }
    }

    public static DatabaseSettings settings(Fixtures.Database database) {
        return new DatabaseSettings(database.url(), database.user(), database.password(), 1);
    }

    public static Tenant create(Migrated migrated, String slug) throws SQLException {
        TenantDatabase database = migrated.database();
        UUID user = user(database, slug + "@example.org");
        UUID organization = UUID.randomUUID();
        return database.transaction(TenantContext.of(organization, user), connection -> {
            id(
                    connection,
                    "insert into organizations (id, name, slug) values (?, 'Name', ?) returning id",
                    organization,
                    slug);
            id(connection, "insert into organization_members (user_id, role) values (?, 'owner') returning id", user);
            UUID base = id(connection, """
                    insert into knowledge_bases (owner_id, name, embedding_model, vector_store_type)
                    values (?, 'Base', ?, 'pgvector') returning id
                    """, user, MODEL);
            return new Tenant(database, migrated.ingest(), slug, organization, user, base);
        });
    }

    private static UUID user(TenantDatabase database, String email) throws SQLException {
        UUID user = UUID.randomUUID();
        return database.transaction(TenantContext.ofUser(user), connection -> id(connection, """
                insert into users (id, email, password_hash, first_name, last_name)
                values (?, ?, 'x', 'A', 'B') returning id
                """, user, email));
    }

    /** Creates a user in this organization. */
    public UUID addMember(String email, String role) throws SQLException {
        UUID user = user(database, email);
        read(
                UUID.class,
                "insert into organization_members (user_id, role) values (?, ?::organization_role) returning id",
                user,
                role);
        return user;
    }

    public TenantContext context() {
        return TenantContext.of(organizationId, userId);
    }

    public KnowledgeTarget target() {
        return new KnowledgeTarget(organizationId, knowledgeBaseId, 1, MODEL, 1000, 200);
    }

    public String key(String path) {
        return slug + "/" + knowledgeBaseId + "/" + path;
    }

    public ObjectVersion version(String path, String etag, int second) {
        return new ObjectVersion(
                "knowledge",
                key(path),
                etag,
                Instant.parse("2026-01-01T00:00:00Z").plusSeconds(second),
                100L + second);
    }

    /** Enters a version and writes it with the given chunks, each on a separate page. */
    public ReplaceOutcome index(ObjectVersion version, @Nullable String language, String... texts) throws SQLException {
        new IngestLedger(ingest).admit(target(), version);
        return new KnowledgeStore(ingest)
                .replace(target(), version, document(language, texts), chunks(texts), StepTimes.NONE);
    }

    public static DocumentVersion document(@Nullable String language, String... texts) {
        return new DocumentVersion(
                "file.txt",
                "text/plain",
                "hash of " + String.join("\n", texts).hashCode(),
                String.join("\n", texts),
                List.of(0),
                List.of(new TextBlock("heading", 1, 0, 3)),
                null,
                null,
                language,
                null);
    }

    public static List<EmbeddedChunk> chunks(String... texts) {
        List<EmbeddedChunk> chunks = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < texts.length; i++) {
            int end = start + texts[i].codePointCount(0, texts[i].length());
            chunks.add(new EmbeddedChunk(i, "text", i + 1, start, end, texts[i], null, 3, axis(i % DIMENSIONS), false));
            start = end + 1;
        }
        return chunks;
    }

    /** Returns the unit vector along one dimension. */
    public static float[] axis(int dimension) {
        float[] vector = new float[DIMENSIONS];
        vector[dimension] = 1;
        return vector;
    }

    /** Returns the first column of the first row. */
    public static UUID id(Connection connection, String statement, @Nullable Object... values) throws SQLException {
        return one(connection, UUID.class, statement, values);
    }

    public static <T> T one(Connection connection, Class<T> type, String query, @Nullable Object... values)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getObject(1, type);
            }
        }
    }

    /** Reads one value as this tenant. */
    public <T> T read(Class<T> type, String query, @Nullable Object... values) throws SQLException {
        return database.transaction(context(), connection -> one(connection, type, query, values));
    }
}
