package io.arketic.rag;

import io.arketic.schema.migration.SchemaMigrator;
import io.arketic.schema.tenancy.DatabaseSettings;
import io.arketic.schema.tenancy.TenantDatabase;
import io.arketic.services.Fixtures;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** Runs the application on free ports, over a new database, a real broker and a real store. */
record RunningApi(
        ConfigurableApplicationContext context,
        Fixtures.Database database,
        TenantDatabase ingest,
        int port,
        int managementPort)
        implements AutoCloseable {

    static final String BUCKET = "knowledge";
    private static final Map<Map<String, Object>, RunningApi> SHARED = new HashMap<>();
    /** Is a directory for each process, because several may test this module at the same time. */
    private static final String STATE =
            "target/state/" + ProcessHandle.current().pid();

    static RunningApi start(Map<String, Object> settings) {
        return start(Fixtures.kafka(), settings);
    }

    /** @param features of the test, which the application finds like its own */
    static RunningApi start(String bootstrapServers, Map<String, Object> settings, Class<?>... features) {
        return start(Fixtures.database("migrated", RunningApi::migrate), bootstrapServers, settings, features);
    }

    private static void migrate(Fixtures.Database database) {
        new SchemaMigrator(
                        new DatabaseSettings(database.url(), database.user(), database.password(), 1),
                        Fixtures.ROLE_PASSWORD)
                .migrate();
    }

    /** Runs another process of the same deployment, with separate memory. */
    RunningApi beside() {
        return beside(Map.of());
    }

    RunningApi beside(Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(settings);
        all.put("arketic.limit.chat", 0);
        return start(database, "127.0.0.1:1", all);
    }

    private static RunningApi start(
            Fixtures.Database database, String bootstrapServers, Map<String, Object> settings, Class<?>... features) {
        Fixtures.ObjectStore store = Fixtures.objectStore();
        Map<String, Object> all = new HashMap<>(Map.of(
                "server.port",
                0,
                "management.server.port",
                0,
                "arketic.database.url",
                database.url(),
                "arketic.database.password",
                Fixtures.ROLE_PASSWORD,
                "arketic.store.endpoint",
                store.endpoint(),
                "arketic.store.access-key",
                store.accessKey(),
                "arketic.store.secret-key",
                store.secretKey(),
                "arketic.store.bucket",
                BUCKET,
                "arketic.kafka.bootstrap-servers",
                bootstrapServers,
                "arketic.security.token-secret",
                "a secret of the tests, long enough"));
        all.put("arketic.limit.login", 0);
        all.put("arketic.limit.sign-out-reports", 0);
        all.put("arketic.limit.public-links", 0);
        all.put("arketic.limit.invitations", 0);
        all.put("arketic.limit.organizations", 0);
        // No test asks the machine's name servers.
        all.put("arketic.sign-in.name-servers", "127.0.0.1:1");
        // Off unless a test asks for it.
        all.put("arketic.rerank.model", "src/test/resources/io/arketic/rag/reranker/overlap.onnx");
        all.put("arketic.rerank.budget", "30s");
        all.put("arketic.mail.directory", STATE + "/mail");
        all.put("arketic.encryption.keyset-file", STATE + "/keyset.json");
        all.putAll(settings);
        ConfigurableApplicationContext context = new SpringApplicationBuilder(ArketicApi.class)
                .sources(features)
                .run(all.entrySet().stream()
                        .map(entry -> "--" + entry.getKey() + "=" + entry.getValue())
                        .toArray(String[]::new));
        return new RunningApi(
                context,
                database,
                TenantDatabase.open(new DatabaseSettings(database.url(), "arketic_ingest", Fixtures.ROLE_PASSWORD, 2)),
                context.getEnvironment().getRequiredProperty("local.server.port", Integer.class),
                context.getEnvironment().getRequiredProperty("local.management.port", Integer.class));
    }

    /** Returns one for all classes without special needs; it ends with the process. */
    static RunningApi shared() {
        return shared(Map.of("arketic.security.lockout-after", 5, "arketic.limit.chat", 0));
    }

    /** Returns one for all classes with these settings; it ends with the process. */
    static synchronized RunningApi shared(Map<String, Object> settings) {
        return SHARED.computeIfAbsent(settings, own -> start("127.0.0.1:1", own));
    }

    /** Connects as the database's superuser, who bypasses row-level security. */
    Connection connection() throws SQLException {
        return DriverManager.getConnection(database.url(), database.user(), database.password());
    }

    void execute(String statement) {
        try (var connection = connection();
                var prepared = connection.createStatement()) {
            prepared.execute(statement);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Returns the number of a query, run like {@link #execute}. */
    long count(String query) {
        try (var connection = DriverManager.getConnection(database.url(), database.user(), database.password());
                var prepared = connection.createStatement();
                var rows = prepared.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Returns the text of a query, run like {@link #execute}. */
    String text(String query) {
        try (var connection = DriverManager.getConnection(database.url(), database.user(), database.password());
                var prepared = connection.createStatement();
                var rows = prepared.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    ApiClient client() {
        return new ApiClient("http://127.0.0.1:" + port, "");
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    @Override
    public void close() {
        context.close();
        ingest.close();
    }
}
