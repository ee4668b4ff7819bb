package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.embeddings.EmbeddingException;
import io.arketic.embeddings.EmbeddingModels;
import io.arketic.schema.generation.EmbeddedChunk;
import io.arketic.schema.knowledge.DocumentVersion;
import io.arketic.schema.knowledge.IngestLedger;
import io.arketic.schema.knowledge.KnowledgeStore;
import io.arketic.schema.knowledge.ReplaceOutcome;
import io.arketic.schema.ledger.Admission;
import io.arketic.schema.ledger.InvalidObjectKeyException;
import io.arketic.schema.ledger.KnowledgeTarget;
import io.arketic.schema.ledger.ObjectKey;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.schema.ledger.StepTimes;
import io.arketic.schema.tenancy.TenantDatabase;
import io.arketic.services.Fixtures;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests the way from an account to a cited answer over HTTP, and the refusals of callers without the right. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class JourneyIT {

    private static final String TEXT = """
            The Aurelia pump

            The Aurelia pump moves forty litres of water in a minute. Its filter must be changed every ninety days.

            The pump was designed in 1987 by Ingrid Solberg in the town of Narvik. She held three patents.""";

    private RunningApi api;
    private ApiClient ada;
    private String organization;
    private String base;
    private String document;
    private String key;

    @BeforeAll
    void start() {
        api = RunningApi.start(Map.of());
        ada = api.client().user("Ada@Example.org ");
        organization = id(ada.post("/organizations", Map.of("name", "Ünal & Söhne")));
        base = id(ada.post(
                "/organizations/" + organization + "/knowledge-bases", Map.of("name", "Pumps", "chunk_size", 500)));
    }

    @AfterAll
    void stop() {
        api.close();
    }

    @Test
    @Order(1)
    void aCallerIsTheUserOfItsToken() {
        assertThat(ada.get("/auth/me").body().path("email").stringValue()).isEqualTo("ada@example.org");
        assertThat(ada.get("/organizations")
                        .body()
                        .path("items")
                        .get(0)
                        .path("slug")
                        .stringValue())
                .isEqualTo("unal-sohne");
        ApiClient.Reply nobody = api.client().get("/auth/me");
        assertThat(nobody.status()).isEqualTo(401);
        assertThat(nobody.body().path("type").stringValue()).isEqualTo("urn:arketic:problem:unauthenticated");
        assertThat(ada.as("nonsense").get("/auth/me").status()).isEqualTo(401);
    }

    @Test
    @Order(2)
    void anUploadIsListedAndItsEventIsOnKafka() {
        ApiClient.Reply uploaded =
                ada.upload("/knowledge-bases/" + base + "/documents", Map.of("pump manual.txt", TEXT));
        assertThat(uploaded.status()).isEqualTo(202);
        JsonNode item = uploaded.body().path("items").get(0);
        document = item.path("id").stringValue();
        key = item.path("file_path").stringValue();
        assertThat(item.path("status").stringValue()).isEqualTo("pending");
        assertThat(key).isEqualTo("unal-sohne/" + base + "/pump manual.txt");

        JsonNode event = new JsonMapper().readTree(record("knowledge/" + key).value());
        assertThat(event.path("EventName").stringValue()).isEqualTo("s3:ObjectCreated:Put");
        JsonNode object = event.path("Records").get(0).path("s3").path("object");
        assertThat(object.path("key").stringValue()).isEqualTo("unal-sohne%2F" + base + "%2Fpump+manual.txt");
        assertThat(object.path("size").asLong())
                .isEqualTo(TEXT.getBytes(java.nio.charset.StandardCharsets.UTF_8).length);

        JsonNode progress = ada.get("/knowledge-bases/" + base + "/ingestion").body();
        assertThat(progress.path("dropped").asLong()).isEqualTo(1);
        assertThat(progress.path("in_flight").asLong()).isEqualTo(1);
    }

    @Test
    @Order(3)
    void whatTheJobIndexedIsFound() throws Exception {
        ingest();
        JsonNode listed = ada.get("/knowledge-bases/" + base + "/documents?status=completed")
                .body();
        assertThat(listed.path("items").get(0).path("id").stringValue()).isEqualTo(document);
        assertThat(listed.path("next_cursor").isNull()).isTrue();

        String path = "/knowledge-bases/" + base + "/documents/" + document;
        assertThat(ada.get(path + "/text").body().path("text").stringValue()).isEqualTo(TEXT);
        assertThat(ada.get(path + "/text", "Accept", "text/plain").text()).isEqualTo(TEXT);
        JsonNode part = ada.get(path + "/text?offset=4&limit=10").body();
        assertThat(part.path("text").stringValue())
                .isEqualTo(TEXT.substring(TEXT.offsetByCodePoints(0, 4), TEXT.offsetByCodePoints(0, 14)));
        assertThat(part.path("next_offset").asInt()).isEqualTo(14);
        assertThat(part.path("characters").asInt()).isEqualTo(TEXT.codePointCount(0, TEXT.length()));
        assertThat(ada.get(path + "/text?offset=900000").body().path("text").stringValue())
                .isEmpty();
        assertThat(ada.get(path + "/text").body().path("next_offset").isNull()).isTrue();
        assertThat(ada.get(path + "/text?limit=5", "Accept", "text/plain").header("X-Next-Offset"))
                .isEqualTo("5");
        assertThat(ada.get(path + "/text?limit=1000001").status()).isEqualTo(422);
        assertThat(ada.get(path + "/chunks").body().path("items").size()).isEqualTo(3);
        ApiClient.Reply content = ada.get(path + "/content");
        assertThat(content.text()).isEqualTo(TEXT);
        assertThat(content.header("Content-Disposition")).startsWith("attachment;");
        assertThat(content.header("X-Content-Type-Options")).isEqualTo("nosniff");

        for (String mode : List.of("hybrid", "vector", "text")) {
            JsonNode found = ada.post(
                            "/knowledge-bases/" + base + "/search",
                            Map.of("query", "How often is the filter changed?", "mode", mode, "limit", 2))
                    .body();
            JsonNode best = found.path("items").get(0);
            assertThat(best.path("content").stringValue()).as(mode).contains("ninety days");
            assertThat(best.path("document_id").stringValue()).isEqualTo(document);
        }
        JsonNode progress = ada.get("/knowledge-bases/" + base + "/ingestion").body();
        assertThat(progress.path("by_state").path("indexed").asLong()).isEqualTo(1);
        assertThat(progress.path("terminal").asLong()).isEqualTo(1);
        assertThat(progress.path("in_flight").asLong()).isZero();
    }

    @Test
    @Order(4)
    void aQuestionIsAnsweredWithQuotesThatStandInTheText() {
        String chat = id(ada.post("/organizations/" + organization + "/chats", Map.of("title", "About pumps")));
        ApiClient.Reply reply = ada.post(
                "/chats/" + chat + "/messages", Map.of("content", "Who designed the Aurelia pump, and in which year?"));
        assertThat(reply.status()).isEqualTo(200);
        JsonNode answer = reply.body();
        assertThat(answer.path("message_type").stringValue()).isEqualTo("ai");
        assertThat(answer.path("content").stringValue())
                .contains("1987 by Ingrid Solberg")
                .contains("[1]");
        assertThat(answer.path("ai_confidence_score").asDouble()).isBetween(0.3, 1.0);
        JsonNode citation = answer.path("citations").get(0);
        assertThat(citation.path("page_number").asInt()).isEqualTo(2);
        assertThat(citation.path("document_version").asInt()).isEqualTo(1);
        assertThat(TEXT.substring(
                        TEXT.offsetByCodePoints(0, citation.path("start_offset").asInt()),
                        TEXT.offsetByCodePoints(0, citation.path("end_offset").asInt())))
                .isEqualTo(citation.path("quote").stringValue());

        JsonNode kept = ada.get("/chats/" + chat + "/messages").body().path("items");
        assertThat(kept.size()).isEqualTo(2);
        assertThat(kept.get(0).path("citations")).isEqualTo(answer.path("citations"));
        assertThat(ada.get("/chats/" + chat).body().path("message_count").asInt())
                .isEqualTo(2);
    }

    @Test
    @Order(5)
    void anAnswerIsStreamed() {
        String chat = id(ada.post(
                "/organizations/" + organization + "/chats",
                Map.of("title", "About pumps", "knowledge_base_ids", List.of(base))));
        ApiClient.Reply reply = ada.post(
                "/chats/" + chat + "/messages",
                Map.of("content", "How often must the filter be changed?"),
                "Accept",
                "text/event-stream");
        assertThat(reply.header("Content-Type")).startsWith("text/event-stream");
        List<String> events = reply.text()
                .lines()
                .filter(line -> line.startsWith("event:"))
                .map(line -> line.substring(6).strip())
                .distinct()
                .toList();
        assertThat(events).containsExactly("retrieval", "token", "citations", "usage", "done");
        assertThat(reply.text()).contains("every ninety days");
    }

    @Test
    @Order(6)
    void whatNoSourceHoldsIsSaidToBeUnknown() {
        String chat = id(ada.post("/organizations/" + organization + "/chats", Map.of("title", "Elsewhere")));
        JsonNode answer = ada.post(
                        "/chats/" + chat + "/messages", Map.of("content", "What is the capital of Mongolia?"))
                .body();
        assertThat(answer.path("content").stringValue())
                .isEqualTo("The knowledge base does not hold an answer to this question.");
        assertThat(answer.path("citations").size()).isZero();
    }

    @Test
    @Order(7)
    void anotherTenantFindsNothing() {
        ApiClient eve = api.client().user("eve@example.org");
        id(eve.post("/organizations", Map.of("name", "Others")));
        for (String path : List.of(
                "/organizations/" + organization,
                "/organizations/" + organization + "/knowledge-bases",
                "/knowledge-bases/" + base,
                "/knowledge-bases/" + base + "/documents",
                "/knowledge-bases/" + base + "/documents/" + document,
                "/knowledge-bases/" + base + "/documents/" + document + "/text",
                "/knowledge-bases/" + base + "/documents/" + document + "/content",
                "/knowledge-bases/" + base + "/ingestion")) {
            ApiClient.Reply reply = eve.get(path);
            assertThat(reply.status()).as(path).isEqualTo(404);
            assertThat(reply.body().path("type").stringValue()).isEqualTo("urn:arketic:problem:not-found");
        }
        assertThat(eve.post("/knowledge-bases/" + base + "/search", Map.of("query", "filter"))
                        .status())
                .isEqualTo(404);
        assertThat(eve.upload("/knowledge-bases/" + base + "/documents", Map.of("x.txt", "x"))
                        .status())
                .isEqualTo(404);
        assertThat(eve.delete("/knowledge-bases/" + base + "/documents/" + document)
                        .status())
                .isEqualTo(404);
    }

    @Test
    @Order(8)
    void aViewerReadsAndDoesNotWrite() throws SQLException {
        ApiClient vera = api.client().user("vera@example.org");
        String veraId = id(vera.get("/auth/me"));
        try (var connection = java.sql.DriverManager.getConnection(
                        api.database().url(),
                        api.database().user(),
                        api.database().password());
                var statement = connection.prepareStatement(
                        "insert into organization_members (organization_id, user_id, role) values (?::uuid, ?::uuid, 'viewer')")) {
            statement.setString(1, organization);
            statement.setString(2, veraId);
            statement.executeUpdate();
        }
        assertThat(vera.get("/knowledge-bases/" + base).status()).isEqualTo(200);
        assertThat(vera.post("/knowledge-bases/" + base + "/search", Map.of("query", "filter"))
                        .status())
                .isEqualTo(200);
        for (ApiClient.Reply refused : List.of(
                vera.upload("/knowledge-bases/" + base + "/documents", Map.of("x.txt", "x")),
                vera.post("/organizations/" + organization + "/knowledge-bases", Map.of("name", "Mine")),
                vera.post("/organizations/" + organization + "/chats", Map.of("title", "Mine")),
                vera.delete("/knowledge-bases/" + base + "/documents/" + document))) {
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.body().path("type").stringValue()).isEqualTo("urn:arketic:problem:forbidden");
        }
    }

    @Test
    @Order(9)
    void aDeletedDocumentIsGoneFromEverywhere() {
        String path = "/knowledge-bases/" + base + "/documents/" + document;
        assertThat(ada.delete(path).status()).isEqualTo(204);
        assertThat(ada.get(path).status()).isEqualTo(404);
        assertThat(ada.get("/knowledge-bases/" + base + "/documents")
                        .body()
                        .path("items")
                        .size())
                .isZero();
        assertThat(ada.post("/knowledge-bases/" + base + "/search", Map.of("query", "filter"))
                        .body()
                        .path("items")
                        .size())
                .isZero();
        assertThat(ada.delete(path).status()).isEqualTo(404);
    }

    /** Indexes like the ingest job: three chunks, one for each paragraph; the last one begins the second page. */
    private void ingest() throws SQLException, EmbeddingException, InvalidObjectKeyException {
        TenantDatabase database = api.ingest();
        KnowledgeTarget target =
                new IngestLedger(database).resolve(ObjectKey.parse(key)).orElseThrow();
        ObjectVersion version = new ObjectVersion(
                RunningApi.BUCKET, key, "etag", Instant.now().truncatedTo(ChronoUnit.SECONDS), TEXT.length());
        assertThat(new IngestLedger(database).admit(target, version)).isInstanceOf(Admission.Work.class);
        var model = api.bean(EmbeddingModels.class).get(target.embeddingModel());
        List<EmbeddedChunk> chunks = new ArrayList<>();
        int start = 0;
        for (String paragraph : TEXT.split("\n\n")) {
            int from = TEXT.indexOf(paragraph, start);
            start = from + paragraph.length();
            chunks.add(new EmbeddedChunk(
                    chunks.size(),
                    chunks.isEmpty() ? "title" : "text",
                    1,
                    TEXT.codePointCount(0, from),
                    TEXT.codePointCount(0, start),
                    paragraph,
                    "The Aurelia pump",
                    model.countTokens(paragraph),
                    model.embedPassages(List.of(paragraph)).get(0),
                    false));
        }
        DocumentVersion content = new DocumentVersion(
                "pump manual.txt",
                "text/plain",
                "0".repeat(64),
                TEXT,
                List.of(0, TEXT.indexOf("The pump was")),
                List.of(),
                null,
                null,
                "en",
                null);
        assertThat(new KnowledgeStore(database).replace(target, version, content, chunks, StepTimes.NONE))
                .isInstanceOf(ReplaceOutcome.Replaced.class);
    }

    private static ConsumerRecord<String, String> record(String messageKey) {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", Fixtures.kafka());
        settings.put("group.id", "journey");
        settings.put("auto.offset.reset", "earliest");
        Instant deadline = Instant.now().plus(Duration.ofSeconds(60));
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of("arketic.object-events"));
            while (Instant.now().isBefore(deadline)) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
                    if (messageKey.equals(record.key())) {
                        return record;
                    }
                }
            }
        }
        throw new AssertionError("No event for " + messageKey);
    }

    private static String id(ApiClient.Reply reply) {
        assertThat(reply.status()).as(reply.text()).isBetween(200, 299);
        return reply.body().path("id").stringValue();
    }
}
