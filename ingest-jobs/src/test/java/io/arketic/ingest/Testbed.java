package io.arketic.ingest;

import io.arketic.embeddings.EmbeddingModels;
import io.arketic.embeddings.EmbeddingSettings;
import io.arketic.ingest.flow.Retry;
import io.arketic.ingest.object.ObjectStore;
import io.arketic.ingest.settings.IngestSettings;
import io.arketic.schema.encryption.ColumnEncryption;
import io.arketic.schema.generation.EmbeddedChunk;
import io.arketic.schema.generation.GenerationState;
import io.arketic.schema.generation.IndexGeneration;
import io.arketic.schema.generation.IndexGenerations;
import io.arketic.schema.knowledge.DocumentVersion;
import io.arketic.schema.knowledge.FilePasswords;
import io.arketic.schema.knowledge.IngestLedger;
import io.arketic.schema.knowledge.KnowledgeStore;
import io.arketic.schema.ledger.KnowledgeTarget;
import io.arketic.schema.ledger.ObjectKey;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.schema.ledger.StepTimes;
import io.arketic.schema.migration.SchemaMigrator;
import io.arketic.schema.search.ChunkHit;
import io.arketic.schema.search.ChunkSearch;
import io.arketic.schema.search.EmbeddedQuestion;
import io.arketic.schema.search.SearchRequest;
import io.arketic.schema.tenancy.DatabaseSettings;
import io.arketic.schema.tenancy.TenantContext;
import io.arketic.schema.tenancy.TenantDatabase;
import io.arketic.services.Fixtures;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.StatObjectArgs;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Provides a bucket, a migrated database with one organization and knowledge base, and the settings of a job on them.
 * All are real services.
 */
public final class Testbed implements AutoCloseable {

    /** Holds a row of the ledger with the columns for tests. */
    record Row(String key, String state, String reason, int attempts) {}

    private final String bucket = "knowledge-" + UUID.randomUUID();
    private final Fixtures.Database owner = Fixtures.database("migrated", Testbed::migrate);
    private final Fixtures.ObjectStore store = Fixtures.objectStore();
    private final MinioClient client = MinioClient.builder()
            .endpoint(store.endpoint())
            .credentials(store.accessKey(), store.secretKey())
            .build();
    private final TenantDatabase database;
    private final TenantDatabase ingest;
    private final UUID organization = UUID.randomUUID();
    private final UUID user = UUID.randomUUID();
    private final UUID knowledgeBase;
    private final String slug = "acme-" + organization.toString().substring(0, 8);
    private final Map<String, String> environment = new HashMap<>();
    private final Path keyset = Files.createTempDirectory("keys").resolve("keyset.json");
    private final Path ocrProgram = Files.createTempDirectory("ocr").resolve("tesseract");

    public Testbed() throws Exception {
        database = TenantDatabase.open(new DatabaseSettings(owner.url(), "arketic_app", Fixtures.ROLE_PASSWORD, 2));
        ingest = TenantDatabase.open(new DatabaseSettings(owner.url(), "arketic_ingest", Fixtures.ROLE_PASSWORD, 2));
        knowledgeBase = tenant(organization, user, slug);
        environment.put("ARKETIC_DATABASE_URL", owner.url());
        environment.put("ARKETIC_DATABASE_PASSWORD", Fixtures.ROLE_PASSWORD);
        environment.put("ARKETIC_STORE_ENDPOINT", store.endpoint());
        environment.put("ARKETIC_STORE_ACCESS_KEY", store.accessKey());
        environment.put("ARKETIC_STORE_SECRET_KEY", store.secretKey());
        environment.put("ARKETIC_STORE_BUCKET", bucket);
        environment.put("ARKETIC_KAFKA_BOOTSTRAP_SERVERS", Fixtures.kafka());
        environment.put("ARKETIC_EXTRACT_PARSER_CLASSPATH", parsers());
        environment.put("ARKETIC_EXTRACT_FILE_LIMIT", "5MB");
        environment.put("ARKETIC_EXTRACT_PARSER_HEAP", "256MB");
        environment.put("ARKETIC_INGEST_LISTING_INTERVAL", "500ms");
        environment.put("ARKETIC_OCR_PROGRAM", ocrProgram.toString());
        environment.put("ARKETIC_ENCRYPTION_KEYSET_FILE", keyset.toString());
    }

    private static void migrate(Fixtures.Database database) {
        new SchemaMigrator(
                        new DatabaseSettings(database.url(), database.user(), database.password(), 1),
                        Fixtures.ROLE_PASSWORD)
                .migrate();
    }

    /** Names where the job looks for Tesseract; it is empty at first. */
    Path ocrProgram() {
        return ocrProgram;
    }

    static Path root() {
        return Path.of(System.getProperty("arketic.root"));
    }

    private static String parsers() {
        Path lib = root().resolve("infra/dist/parsers/target/lib");
        if (!Files.isDirectory(lib)) {
            throw new IllegalStateException(
                    "no parsers at " + lib + "; build them: mvn -DskipTests package -pl infra/dist/parsers -am");
        }
        return lib.resolve("*").toString();
    }

    /** Returns the key of a file of another new organization in the same bucket. */
    String keyOfAnotherTenant(String path) throws SQLException {
        UUID other = UUID.randomUUID();
        String otherSlug = "other-" + other.toString().substring(0, 8);
        return otherSlug + "/" + tenant(other, UUID.randomUUID(), otherSlug) + "/" + path;
    }

    private UUID tenant(UUID organization, UUID user, String slug) throws SQLException {
        database.transaction(
                TenantContext.ofUser(user), connection -> id(connection, """
                insert into users (id, email, password_hash, first_name, last_name)
                values (?, ?, 'x', 'A', 'B') returning id""", user, slug + "@example.org"));
        return database.transaction(TenantContext.of(organization, user), connection -> {
            id(
                    connection,
                    "insert into organizations (id, name, slug) values (?, 'Acme', ?) returning id",
                    organization,
                    slug);
            id(connection, "insert into organization_members (user_id, role) values (?, 'owner') returning id", user);
            return id(connection, """
                    insert into knowledge_bases (owner_id, name, embedding_model, vector_store_type)
                    values (?, 'Base', 'bge-small-en-v1.5', 'pgvector') returning id""", user);
        });
    }

    private static UUID id(Connection connection, String insert, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getObject(1, UUID.class);
            }
        }
    }

    /** Returns the job's environment. */
    public Map<String, String> environment() {
        return environment;
    }

    public IngestSettings settings() {
        return IngestSettings.from(environment);
    }

    public String bucket() {
        return bucket;
    }

    public String key(String path) {
        return slug + "/" + knowledgeBase + "/" + path;
    }

    public String key(UUID base, String path) {
        return slug + "/" + base + "/" + path;
    }

    /** Creates another knowledge base of the organization. */
    public UUID knowledgeBase(String model) throws SQLException {
        return database.transaction(
                TenantContext.of(organization, user), connection -> id(connection, """
                insert into knowledge_bases (owner_id, name, embedding_model, vector_store_type)
                values (?, 'Other', ?, 'pgvector') returning id""", user, model));
    }

    /** Gives the knowledge base passwords for its encrypted files, like the API. */
    void filePasswords(String... passwords) throws SQLException {
        ColumnEncryption encryption = ColumnEncryption.creating("", keyset);
        for (int place = 1; place <= passwords.length; place++) {
            UUID id = UUID.randomUUID();
            String encrypted = encryption.encrypt(passwords[place - 1], FilePasswords.COLUMN, id);
            int at = place;
            database.transaction(
                    TenantContext.of(organization, user),
                    connection -> id(connection, """
                    insert into file_passwords (id, knowledge_base_id, place, encrypted_key) values (?, ?, ?, ?)
                    returning id""", id, knowledgeBase, at, encrypted));
        }
    }

    void put(String key, byte[] content) throws Exception {
        client.putObject(PutObjectArgs.builder().bucket(bucket).object(key).stream(
                        new ByteArrayInputStream(content), (long) content.length, -1L)
                .build());
    }

    void put(String key, String content) throws Exception {
        put(key, content.getBytes(StandardCharsets.UTF_8));
    }

    void remove(String key) throws Exception {
        client.removeObject(
                RemoveObjectArgs.builder().bucket(bucket).object(key).build());
    }

    String etag(String key) throws Exception {
        return client.statObject(
                        StatObjectArgs.builder().bucket(bucket).object(key).build())
                .etag()
                .replace("\"", "");
    }

    /** Returns every version of every object, oldest first. */
    List<Row> ledger() throws SQLException {
        List<Row> rows = new ArrayList<>();
        try (Connection connection = superuser();
                PreparedStatement statement = connection.prepareStatement("""
                        select object_key, state, reason, attempts from ingest_ledger
                        where bucket = ? order by received_at, id""")) {
            statement.setString(1, bucket);
            try (ResultSet all = statement.executeQuery()) {
                while (all.next()) {
                    rows.add(new Row(all.getString(1), all.getString(2), all.getString(3), all.getInt(4)));
                }
            }
        }
        return rows;
    }

    /** Returns the states of the versions of one object, oldest first. */
    public List<String> states(String key) throws SQLException {
        return ledger().stream()
                .filter(row -> row.key().equals(key))
                .map(Row::state)
                .toList();
    }

    public long chunks(String key) throws SQLException {
        return number("""
                select count(*) from knowledge_chunks c join knowledge_documents d on d.id = c.document_id
                where d.file_path = ?""", key);
    }

    long documentVersion(String key) throws SQLException {
        return number("select coalesce(max(version), 0) from knowledge_documents where file_path = ?", key);
    }

    TenantContext context() {
        return TenantContext.ofOrganization(organization);
    }

    UUID knowledgeBase() {
        return knowledgeBase;
    }

    IndexGenerations generations() {
        return new IndexGenerations(database);
    }

    /** Asks again if {@link #killConnections()} has ended the connection. */
    IndexGeneration generation(int number) throws Exception {
        return Retry.standard()
                .call(
                        "generation",
                        () -> generations()
                                .find(context(), knowledgeBase, number)
                                .orElseThrow());
    }

    int activeGeneration() throws SQLException {
        return generations().list(context(), knowledgeBase).stream()
                .filter(one -> one.state() == GenerationState.ACTIVE)
                .findFirst()
                .orElseThrow()
                .generation();
    }

    /** Returns every chunk of a generation, with everything that cutting decides. */
    String chunkSet(int generation) throws SQLException {
        String query = """
                select coalesce(string_agg(concat_ws('|', d.file_path, c.document_version, c.chunk_index, c.content_hash,
                    c.start_offset, c.end_offset, c.page_number, c.chunk_type, c.title), E'\n'
                    order by d.file_path, c.chunk_index), '')
                from knowledge_chunks c join knowledge_documents d on d.id = c.document_id
                where c.generation = ?
                """;
        try (Connection connection = superuser();
                PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setInt(1, generation);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }

    /** Returns live chunks of a document that took an existing vector. */
    long reused(String key) throws SQLException {
        return number("""
                select e.reused from document_generations e
                join knowledge_documents d on d.id = e.document_id
                join knowledge_bases b on b.id = d.knowledge_base_id and b.active_generation = e.generation
                where d.file_path = ?""", key);
    }

    /** Puts the knowledge base into service or out of it. */
    void serve(boolean active) throws SQLException {
        try (Connection connection = superuser();
                PreparedStatement statement =
                        connection.prepareStatement("update knowledge_bases set is_active = ? where id = ?")) {
            statement.setBoolean(1, active);
            statement.setObject(2, knowledgeBase);
            statement.executeUpdate();
        }
    }

    /** Ends the organization's subscription now, or renews it. */
    void subscribe(boolean renewed) throws SQLException {
        execute(
                "update organizations set subscription_ends_at = now() + cast(? as interval) where id = ?",
                renewed ? "1 day" : "0 days",
                organization);
    }

    /** Retries a dead version like the API, before its event. */
    public void reopen(String key) throws SQLException {
        execute("""
                update ingest_ledger set state = 'received', reason = null, detail = null, ended_at = null
                where state = 'dead' and object_key = ?""", key);
    }

    /** Reads an indexed version again like the API, before its event. */
    public void reextract(String key) throws SQLException {
        execute("""
                update ingest_ledger set former_state = state, state = 'received', reason = null, ended_at = null
                where state in ('indexed', 'unchanged') and object_key = ?""", key);
    }

    /** Leaves the object's document as earlier parsers have read it, in any state of the version. */
    void readOtherwise(String key, String text) throws Exception {
        execute("""
                update ingest_ledger set state = 'received', reason = null, detail = null, ended_at = null
                where object_key = ? and state in ('indexed', 'dead')""", key);
        KnowledgeTarget target =
                new IngestLedger(ingest).resolve(ObjectKey.parse(key)).orElseThrow();
        try (ObjectStore objects = new ObjectStore(settings().store())) {
            ObjectVersion version = objects.stat(bucket, key).orElseThrow();
            DocumentVersion document = new DocumentVersion(
                    "file", "text/plain", "0".repeat(64), text, List.of(), List.of(), null, null, "en", null);
            float[] vector = new float[384];
            vector[0] = 1;
            EmbeddedChunk chunk = new EmbeddedChunk(0, "text", null, 0, text.length(), text, null, 9, vector, false);
            new KnowledgeStore(ingest).replace(target, version, document, List.of(chunk), StepTimes.NONE);
        }
    }

    /** Returns the warnings of a key's document as they are stored; null if its file was read completely. */
    @Nullable
    String warnings(String key) throws SQLException {
        return database.transaction(
                context(),
                connection -> string(connection, "select warnings from knowledge_documents where file_path = ?", key));
    }

    public String text(String key) throws SQLException {
        return database.transaction(
                context(),
                connection ->
                        string(connection, "select extracted_text from knowledge_documents where file_path = ?", key));
    }

    /** Returns why the key's newest version is dead, or kept its earlier text; null for neither. */
    public String reason(String key) throws SQLException {
        return ledger().stream()
                .filter(row -> row.key().equals(key))
                .reduce((older, newer) -> newer)
                .orElseThrow()
                .reason();
    }

    /** Returns chunks of a document that are of another version, or differ from the text at their offsets. */
    long mixed(String key) throws SQLException {
        return number("""
                select count(*) from knowledge_chunks c join knowledge_documents d on d.id = c.document_id
                where d.file_path = ? and (c.document_version <> d.version or c.content <> substring(
                    d.extracted_text from c.start_offset + 1 for c.end_offset - c.start_offset))""", key);
    }

    private static String string(Connection connection, String query, String parameter) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, parameter);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }

    public void execute(String update, Object... values) throws SQLException {
        try (Connection connection = superuser();
                PreparedStatement statement = connection.prepareStatement(update)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.executeUpdate();
        }
    }

    /** Ends every connection of the application, like a restarting server. */
    long killConnections() throws SQLException {
        return number("""
                select count(pg_terminate_backend(pid)) from pg_stat_activity
                where usename = 'arketic_ingest' and datname = current_database() and ? <> ''""", "now");
    }

    private long number(String query, String parameter) throws SQLException {
        try (Connection connection = superuser();
                PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, parameter);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    List<ChunkHit> search(String question) throws Exception {
        return search(question, EmbeddingSettings.defaults().defaultModel());
    }

    List<ChunkHit> search(String question, String model) throws Exception {
        try (EmbeddingModels models = new EmbeddingModels(EmbeddingSettings.defaults())) {
            float[] vector = models.get(model).embedQuery(question);
            return new ChunkSearch(database)
                    .search(
                            context(),
                            new SearchRequest(
                                    List.of(knowledgeBase),
                                    question,
                                    Map.of(model, new EmbeddedQuestion(vector, Set.of())),
                                    SearchRequest.Mode.HYBRID,
                                    5,
                                    null));
        }
    }

    private Connection superuser() throws SQLException {
        return DriverManager.getConnection(owner.url(), owner.user(), owner.password());
    }

    @Override
    public void close() throws Exception {
        database.close();
        ingest.close();
        client.close();
    }
}
