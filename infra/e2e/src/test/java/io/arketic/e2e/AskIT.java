package io.arketic.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.arketic.e2e.Command.Manner;
import io.arketic.schema.generation.EmbeddedChunk;
import io.arketic.schema.knowledge.DocumentVersion;
import io.arketic.schema.knowledge.IngestLedger;
import io.arketic.schema.knowledge.KnowledgeStore;
import io.arketic.schema.knowledge.ReplaceOutcome;
import io.arketic.schema.ledger.KnowledgeTarget;
import io.arketic.schema.ledger.ObjectKey;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.schema.ledger.StepTimes;
import io.arketic.schema.migration.SchemaMigrator;
import io.arketic.schema.tenancy.DatabaseSettings;
import io.arketic.schema.tenancy.TenantDatabase;
import io.arketic.services.Fixtures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * {@code infra/arketic ask} against a model that keeps the rest of its answer until its beginning was seen: a reader that saw it
 * saw it while it streamed. Of the stack there is what answers: a database, a store and the API as it is packaged.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class AskIT {

    private static final String TEXT = "The filter is changed every ninety days.";
    private static final String QUESTION = "How often is the filter changed?";
    private static final String PASSWORD = "a good password of the demo";

    @TempDir
    static Path home;

    private HeldModel model;
    private Command command;
    private Process server;
    private Api api;
    private String chats;

    @BeforeAll
    void start() throws Exception {
        model = new HeldModel();
        Fixtures.Database database = Fixtures.database("migrated", AskIT::migrate);
        Map<String, String> environment = environment(database);
        command = new Command(home, environment);
        server = command.api();
        int port = Integer.parseInt(environment.get("ARKETIC_PORT_API"));
        Command.awaitServing(server, port);
        Api nobody = Api.at(port, "");
        Map<String, String> demo = Map.of("email", "demo@arketic.example", "password", PASSWORD);
        nobody.post("/auth/register", with(demo, Map.of("first_name", "Demo", "last_name", "User")));
        api = Api.at(port, nobody.post("/auth/login", demo).path("access_token").asText());
        JsonNode organization = api.post("/organizations", Map.of("name", "Harbour"));
        String base = api.post(
                        "/organizations/" + organization.path("id").asText() + "/knowledge-bases",
                        Map.of("name", "Papers"))
                .path("id")
                .asText();
        chats = "/organizations/" + organization.path("id").asText() + "/chats";
        index(
                new DatabaseSettings(database.url(), "arketic_ingest", Fixtures.ROLE_PASSWORD, 1),
                organization.path("slug").asText() + "/" + base + "/filter.txt");
        Files.writeString(home.resolve("demo.properties"), """
                email=demo@arketic.example
                password=%s
                organization.id=%s
                knowledge-base.id=%s
                """.formatted(
                        PASSWORD, organization.path("id").asText(), base));
    }

    private static void migrate(Fixtures.Database database) {
        new SchemaMigrator(
                        new DatabaseSettings(database.url(), database.user(), database.password(), 1),
                        Fixtures.ROLE_PASSWORD)
                .migrate();
    }

    @AfterAll
    void stop() throws InterruptedException {
        server.destroy();
        server.waitFor();
        model.close();
    }

    @ParameterizedTest
    @EnumSource(Manner.class)
    void theAnswerIsPrintedWhileItComes(Manner manner) throws Exception {
        try (Command.Running ask = command.run(manner, "ask", QUESTION)) {
            ask.awaitOutput(HeldModel.FIRST.strip());
            assertThat(ask.output()).as("what the model has not said yet").doesNotContain("filter is changed", "[1]");

            model.release();

            assertThat(ask.awaitEnd()).as(ask.output()).isZero();
            assertThat(ask.output()).contains(HeldModel.FIRST + HeldModel.REST, "[1] filter.txt", "“" + TEXT + "”");
        }
    }

    @ParameterizedTest
    @EnumSource(Manner.class)
    void interruptedInTheMiddleItEndsAndNothingGoesOn(Manner manner) throws Exception {
        try (Command.Running ask = command.run(manner, "ask", QUESTION)) {
            ask.awaitOutput(HeldModel.FIRST.strip());
            List<ProcessHandle> processes = ask.processes();

            ask.interrupt();

            assertThat(ask.awaitEnd()).as(ask.output()).isEqualTo(130);
            assertThat(processes).as("of the command").noneMatch(ProcessHandle::isAlive);
            assertThat(model.awaitLeft())
                    .as("the model is not asked any longer")
                    .isTrue();
        }
        String chat =
                api.get(chats + "?limit=1").path("items").path(0).path("id").asText();
        JsonNode kept = Command.await(
                () -> api.get("/chats/" + chat + "/messages?limit=1")
                        .path("items")
                        .path(0),
                message -> message.path("message_type").asText().equals("ai"));
        assertThat(kept.path("failure_reason").asText()).isEqualTo("answer-stopped");
    }

    private Map<String, String> environment(Fixtures.Database database) {
        Fixtures.ObjectStore store = Fixtures.objectStore();
        Map<String, String> environment = new TreeMap<>(Map.of(
                "ARKETIC_HOME", home.toString(),
                "ARKETIC_DATABASE_URL", database.url(),
                "ARKETIC_DATABASE_PASSWORD", Fixtures.ROLE_PASSWORD,
                "ARKETIC_STORE_ENDPOINT", store.endpoint(),
                "ARKETIC_STORE_ACCESS_KEY", store.accessKey(),
                "ARKETIC_STORE_SECRET_KEY", store.secretKey(),
                "ARKETIC_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1",
                "ARKETIC_CHAT_BASE_URL", model.address(),
                "ARKETIC_SECURITY_TOKEN_SECRET", "a secret of the tests, long enough"));
        environment.put(
                "ARKETIC_ENCRYPTION_KEYSET_FILE", home.resolve("keyset.json").toString());
        environment.put("ARKETIC_MAIL_DIRECTORY", home.resolve("mail").toString());
        environment.put("ARKETIC_PORT_API", String.valueOf(Fixtures.freePort()));
        environment.put("ARKETIC_PORT_MANAGEMENT", String.valueOf(Fixtures.freePort()));
        return environment;
    }

    /** Indexes a document like the job; its words alone are enough for a search. */
    private static void index(DatabaseSettings ingest, String key) throws Exception {
        float[] vector = new float[384];
        Arrays.fill(vector, (float) (1 / Math.sqrt(vector.length)));
        try (TenantDatabase database = TenantDatabase.open(ingest)) {
            KnowledgeTarget target =
                    new IngestLedger(database).resolve(ObjectKey.parse(key)).orElseThrow();
            ObjectVersion version = new ObjectVersion(
                    "knowledge", key, "etag", Instant.now().truncatedTo(ChronoUnit.SECONDS), TEXT.length());
            new IngestLedger(database).admit(target, version);
            DocumentVersion content = new DocumentVersion(
                    "filter.txt",
                    "text/plain",
                    "%064x".formatted(1),
                    TEXT,
                    List.of(0),
                    List.of(),
                    null,
                    null,
                    "en",
                    null);
            EmbeddedChunk chunk = new EmbeddedChunk(0, "text", 1, 0, TEXT.length(), TEXT, null, 8, vector, false);
            assertThat(new KnowledgeStore(database).replace(target, version, content, List.of(chunk), StepTimes.NONE))
                    .isInstanceOf(ReplaceOutcome.Replaced.class);
        }
    }

    private static Map<String, String> with(Map<String, String> some, Map<String, String> more) {
        Map<String, String> all = new TreeMap<>(some);
        all.putAll(more);
        return all;
    }
}
