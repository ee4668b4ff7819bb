package io.arketic.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.arketic.services.Fixtures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests README's promises on the real stack: {@code demo} starts it once; each test adds its own files, and the last
 * one stops it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class JourneyIT {

    private static final Duration LONG = Duration.ofMinutes(12);
    private static final Duration SHORT = Duration.ofMinutes(5);
    private static final Duration PROOF = Duration.ofMinutes(25);

    private final Product product = new Product();
    private final Product.Result demo;
    private final Api api;
    private final String organization;
    private final String knowledgeBase;

    JourneyIT() throws IOException, InterruptedException {
        demo = product.run(LONG, "demo");
        assertThat(demo.status()).as(demo.output()).isZero();
        var state = new Properties();
        try (var reader = Files.newBufferedReader(product.home().resolve("demo.properties"))) {
            state.load(reader);
        }
        organization = state.getProperty("organization.id");
        knowledgeBase = state.getProperty("knowledge-base.id");
        api = Api.at(product.port("API"), product.run(SHORT, "token").output().strip());
    }

    @BeforeAll
    void demoRan() {
        assertThat(demo.output())
                .contains("15 files dropped, 14 indexed, 1 dead")
                .contains("ENCRYPTED")
                .contains("[1] rider-handbook.pdf, page 4");
    }

    @AfterAll
    void stop() throws IOException, InterruptedException {
        product.run(SHORT, "down", "--wipe");
        product.processes().forEach(ProcessHandle::destroyForcibly);
    }

    @Test
    @Order(1)
    void everyCitationQuotesTheDocumentsTextAtItsCharacters() throws IOException, InterruptedException {
        List<String> wrong = new ArrayList<>();
        int right = 0;
        List<String> lines = Files.readAllLines(product.samples().resolve("questions.tsv"));
        for (String line : lines.subList(1, lines.size())) {
            String[] columns = line.split("\t", -1);
            JsonNode answer = ask(columns[0]);
            boolean found = false;
            for (JsonNode citation : answer.path("citations")) {
                assertQuoteStandsInTheText(citation);
                found |= citation.path("filename").asText().equals(columns[1])
                        && (columns[2].isEmpty()
                                || citation.path("page_number").asText().equals(columns[2]))
                        && answer.path("content").asText().contains(columns[3]);
            }
            if (found) {
                right++;
            } else {
                wrong.add(columns[0] + " → " + answer.path("content").asText());
            }
        }
        assertThat(right)
                .as("questions answered from their source; not these: " + wrong)
                .isGreaterThanOrEqualTo(18);
    }

    @Test
    @Order(2)
    void whatTheFilesDoNotSayIsNotAnswered() throws IOException, InterruptedException {
        JsonNode answer = ask("What is the boiling point of tungsten in kelvin?");

        assertThat(answer.path("citations")).isEmpty();
        assertThat(answer.path("content").asText()).contains("does not hold an answer");
    }

    @Test
    @Order(2)
    void aPersonDropsAFileAsksAndSeesTheQuoteMarkedOnItsPage() {
        try (ConsoleJourney person = new ConsoleJourney(product.port("API"))) {
            person.registersWithAnOrganization();
            person.uploads(product.samples().resolve("files/rider-handbook.pdf"));
            person.asks("What is the most a rider pays for a stolen bicycle that was reported in time?");
            assertThat(person.marked()).isEqualTo(person.quote()).contains("90euros");
        }
    }

    @Test
    @Order(3)
    void hostileFilesEndWithTheirReasonAndTheirNeighboursAreIndexed(@TempDir Path files)
            throws IOException, InterruptedException {
        HostileFiles.write(files, product.samples().resolve("files"));

        Map<String, String> ends = drop(files);

        assertThat(ends)
                .containsEntry("good.txt", "indexed")
                .containsEntry("wrong-extension.docx", "indexed")
                .containsEntry("nul-bytes.txt", "indexed")
                .containsEntry("empty.pdf", "dead EMPTY_FILE")
                .containsEntry("encrypted.pdf", "dead ENCRYPTED")
                .containsEntry("truncated.pdf", "dead CORRUPT")
                .containsEntry("random.docx", "dead CORRUPT")
                .containsEntry("entities.docx", "dead MALICIOUS")
                .containsKey("bomb.zip");
        assertThat(ends.get("bomb.zip")).startsWith("dead ");
    }

    @Test
    @Order(4)
    void aDeadFileIsTriedAgainOnlyOnRequest() throws IOException, InterruptedException {
        String file = "from ingest_ledger where object_key like '%/payroll-2026.pdf'";
        assertThat(product.sql("select attempts " + file)).isEqualTo("1");

        Product.Result retry = product.run(SHORT, "ledger", "--retry", "ENCRYPTED");

        assertThat(retry.status()).as(retry.output()).isZero();
        assertThat(retry.output()).contains("files are tried again");
        String ended = "select state || ' ' || reason " + file + " and ended_at is not null and attempts = ";
        assertThat(product.awaitSql(ended + "2")).isEqualTo("dead ENCRYPTED");

        String document = product.sql("select id from knowledge_documents where file_path like '%/payroll-2026.pdf'");
        api.post("/knowledge-bases/" + knowledgeBase + "/documents/" + document + "/retry", Map.of());
        assertThat(product.awaitSql(ended + "3")).isEqualTo("dead ENCRYPTED");
    }

    @Test
    @Order(4)
    void anObjectUnderAnUnknownOrganizationIsDeadWithItsReason() throws IOException, InterruptedException {
        String key = "nobody/00000000-0000-7000-8000-000000000000/lost.txt";
        product.putObject(key, "Lost property".getBytes(StandardCharsets.UTF_8));

        String state = product.awaitSql("select state || ' ' || reason from ingest_ledger where object_key = '" + key
                + "' and ended_at is not null");

        assertThat(state).startsWith("dead UNKNOWN_");
    }

    @Test
    @Order(5)
    void everyFileIsIndexedOnceWhileProcessesAreKilled(@TempDir Path files) throws IOException, InterruptedException {
        int documents = 40;
        for (int number : IntStream.range(0, documents).toArray()) {
            Files.writeString(
                    files.resolve("report-" + number + ".txt"),
                    "Report " + number + ". The beacon with the code word zephyr" + number + " was repaired. "
                            + ("Nothing else happened on day " + number + ". ").repeat(20));
        }
        assertThat(product.run(SHORT, "drop", "--no-wait", files.toString()).status())
                .isZero();

        for (String victim : List.of("TaskManagerRunner", "rag-api", "postgresql/data", "StandaloneSessionCluster")) {
            assertThat(product.kill(victim)).as(victim).isNotEmpty();
            product.awaitSql("select 'served' from ingest_ledger limit 1");
        }

        String counts = product.awaitSql("select count(*) || ' ' || count(distinct object_key) from ingest_ledger"
                + " where object_key like '%/report-%' and state = 'indexed' having count(*) = " + documents);
        assertThat(counts).isEqualTo(documents + " " + documents);
        assertThat(product.sql("select count(*) from (select d.id from knowledge_documents d join knowledge_chunks c on"
                        + " c.document_id = d.id where d.file_path like '%/report-%' group by d.id, c.chunk_index having"
                        + " count(*) > 1) doubled"))
                .isEqualTo("0");
        product.awaitApi();
        JsonNode summary = api.get("/knowledge-bases/" + knowledgeBase + "/ingestion");
        assertThat(summary.path("dropped").asLong())
                .isEqualTo(summary.path("terminal").asLong()
                        + summary.path("in_flight").asLong());
    }

    @Test
    @Order(6)
    void anOverwrittenObjectIsOneNewVersionAndADeletedOneIsGone(@TempDir Path files)
            throws IOException, InterruptedException {
        Path file = files.resolve("note.txt");
        Files.writeString(file, "The first note speaks of quokkas.");
        assertThat(drop(files)).containsEntry("note.txt", "indexed");

        Files.writeString(file, "The second note, longer, speaks of wombats.");
        assertThat(drop(files)).containsEntry("note.txt", "indexed");
        assertThat(contentsFound("wombats")).anyMatch(content -> content.contains("wombats"));
        assertThat(contentsFound("quokkas")).noneMatch(content -> content.contains("quokkas"));

        String key = product.sql("select object_key from ingest_ledger where object_key like '%/note.txt' limit 1");
        product.removeObject(key);
        product.awaitSql("select 'gone' where not exists (select from knowledge_chunks c join knowledge_documents d on"
                + " d.id = c.document_id where d.file_path like '%/note.txt')");
        assertThat(contentsFound("wombats")).noneMatch(content -> content.contains("wombats"));
    }

    @Test
    @Order(7)
    void aKnowledgeBaseThatIsRemovedWhileItIsReindexedLeavesNothingBehind() throws IOException, InterruptedException {
        JsonNode made = api.post("/organizations/" + organization + "/knowledge-bases", Map.of("name", "Short-lived"));
        String base = made.path("id").asText();
        String prefix =
                product.sql("select slug from organizations where id = '" + organization + "'") + "/" + base + "/";
        int documents = 30;
        for (int number : IntStream.range(0, documents).toArray()) {
            String text = ("Entry " + number + " of the log is kept for thirty years. ").repeat(60);
            product.putObject(prefix + number + ".txt", text.getBytes(StandardCharsets.UTF_8));
        }
        product.awaitSql("select 'all' from knowledge_documents where knowledge_base_id = '" + base
                + "' and indexed_generation = 1 having count(*) = " + documents);
        api.post("/knowledge-bases/" + base + "/reindex", Map.of("embedding_model", "all-MiniLM-L6-v2"));
        product.awaitSql("select 'begun' from document_generations where knowledge_base_id = '" + base
                + "' and generation = 2 limit 1");

        api.delete("/knowledge-bases/" + base + "?objects=true");

        product.awaitSql("select 'gone' where not exists (select from knowledge_bases where id = '" + base
                + "') and not exists (select from knowledge_chunks where knowledge_base_id = '" + base
                + "') and not exists (select from index_generations where knowledge_base_id = '" + base + "')");
        assertThat(product.keys(prefix)).isEmpty();
    }

    @Test
    @Order(8)
    void deadLettersArePlayedBackFromKafka() throws IOException, InterruptedException {
        String base = api.post("/organizations/" + organization + "/knowledge-bases", Map.of("name", "Out of service"))
                .path("id")
                .asText();
        product.execute("update knowledge_bases set is_active = false where id = '" + base + "'");
        String key = product.sql("select slug from organizations where id = '" + organization + "'") + "/" + base
                + "/letter.txt";
        product.putObject(key, "Dear reader, the quay is closed.".getBytes(StandardCharsets.UTF_8));
        String ledger = "from ingest_ledger where object_key = '" + key + "'";
        product.awaitSql("select 'dead' " + ledger + " and state = 'dead' and reason = 'UNKNOWN_KNOWLEDGE_BASE'");

        product.execute("update knowledge_bases set is_active = true where id = '" + base + "'");
        Product.Result replay = product.run(SHORT, "ledger", "--replay", "--reason", "UNKNOWN_KNOWLEDGE_BASE");

        assertThat(replay.status()).as(replay.output()).isZero();
        assertThat(product.awaitSql("select state " + ledger + " and state = 'indexed'"))
                .isEqualTo("indexed");
        assertThat(product.run(SHORT, "ledger", "--replay", "--reason", "UNKNOWN_KNOWLEDGE_BASE")
                        .output())
                .contains("indexed=1");
        assertThat(product.sql("select count(*) " + ledger)).isEqualTo("1");
    }

    @Test
    @Order(9)
    void killsLoseAndDoubleNothing() throws IOException, InterruptedException {
        int documents = Fixtures.heavy(200);
        int kills = Math.max(3, Fixtures.heavy(6));
        int versions = documents + documents / 10;
        assertThat(proven("chaos", "--documents", String.valueOf(documents), "--kills", String.valueOf(kills)))
                .matches(documents + " documents, " + kills + " kills, 2 generations: [1-9]\\d* chunks, 0 lost,"
                        + " 0 other, 0 doubled; ledger: " + versions + " versions of " + versions
                        + ", 0 in flight, 0 dead");
    }

    @Test
    @Order(10)
    void noQuestionFailsOrMixesWhileTheIndexIsSwitched() throws IOException, InterruptedException {
        assertThat(proven("switch", "--documents", "18"))
                .matches("[1-9]\\d* questions, 0 deleted or outdated, 0 failed, 0 missed, 0 mixed");
    }

    @Test
    @Order(11)
    void whatIsDroppedIsSoonFoundAndWhatIsDeletedNoMore() throws IOException, InterruptedException {
        assertThat(proven("freshness", "--documents", "10"))
                .startsWith("drop to found p50 ")
                .contains("; 0 found after the API had deleted them;");
    }

    @Test
    @Order(12)
    void aSecondDemoUsesWhatIsThere() throws IOException, InterruptedException {
        Product.Result again = product.run(LONG, "demo");

        assertThat(again.status()).as(again.output()).isZero();
        assertThat(again.output()).contains("runs already");
    }

    @Test
    @Order(12)
    void severalApiProcessesAndTaskManagersAreOneProduct() throws Exception {
        Product.Result up = product.run(LONG, "up", "--api", "2", "--taskmanagers", "2");
        assertThat(up.status()).as(up.output()).isZero();
        int secondPort = product.port("API") + 100;
        assertThat(up.output())
                .contains("http://127.0.0.1:" + secondPort, "Each of them counts searches and chats by itself");
        Product.Result status = product.run(SHORT, "status");
        assertThat(status.output()).contains("rag-api-2", "taskmanager-2");
        assertThat(status.status()).as(status.output()).isZero();

        product.awaitApi();
        Api first =
                Api.at(product.port("API"), product.run(SHORT, "token").output().strip());
        Api second = Api.at(secondPort, first.token());
        String chat = first.post(
                        "/organizations/" + organization + "/chats", Map.of("title", "Two", "chat_type", "group"))
                .path("id")
                .asText();
        try (Stream<String> events = second.events("/chats/" + chat + "/events")) {
            Iterator<String> lines = events.iterator();
            awaitLine(lines, "ready");
            first.post("/chats/" + chat + "/messages", Map.of("content", "Written at the first", "ask", false));
            awaitLine(lines, "Written at the first");
        }
        assertThat(ask(second, "Which stations close when there is deep snow?").path("citations"))
                .isNotEmpty();

        Product.Result smaller = product.run(LONG, "up", "--api", "1", "--taskmanagers", "1");
        assertThat(smaller.status()).as(smaller.output()).isZero();
        assertThat(product.processes().stream().map(Product::commandLine))
                .noneMatch(line -> line.contains("rag-api-2") || line.contains("taskmanager-2"));
        product.awaitApi();
    }

    /** Reads until a line has this text. */
    private static void awaitLine(Iterator<String> lines, String text) throws Exception {
        CompletableFuture.supplyAsync(() -> Stream.generate(lines::next)
                        .filter(line -> line.contains(text))
                        .findFirst())
                .get(SHORT.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    @Order(12)
    void whatIsNotAsciiIsKeptWhereThereIsNoLocale() throws IOException, InterruptedException {
        Product.Result logs = product.script(SHORT, "logs", "größe-日本");

        assertThat(logs.status()).as(logs.output()).isEqualTo(2);
        assertThat(logs.output()).contains("größe-日本");
    }

    @Test
    @Order(12)
    void nothingIsBuiltBeneathAStackThatRuns() throws IOException, InterruptedException {
        FileTime built = Files.getLastModifiedTime(product.apiJar());

        // What Maven has built for these tests is not what the script built last.
        Product.Result ledger = product.script(SHORT, "ledger");

        assertThat(ledger.status()).as(ledger.output()).isZero();
        assertThat(ledger.output()).contains("ENCRYPTED");
        assertThat(Files.getLastModifiedTime(product.apiJar())).isEqualTo(built);
    }

    @Test
    @Order(13)
    void downLeavesNoProcess() throws IOException, InterruptedException {
        Product.Result down = product.run(SHORT, "down");

        assertThat(down.status()).as(down.output()).isZero();
        assertThat(product.processes().stream().map(Product::commandLine)).isEmpty();
    }

    /** Returns the last line of a successful proof. */
    private String proven(String... claim) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("prove"));
        arguments.addAll(List.of(claim));
        Product.Result proof = product.run(PROOF, arguments.toArray(String[]::new));
        assertThat(proof.status()).as(proof.output()).isZero();
        List<String> lines = proof.output().lines().toList();
        return lines.get(lines.size() - 1);
    }

    private JsonNode ask(String question) throws IOException, InterruptedException {
        return ask(api, question);
    }

    private JsonNode ask(Api process, String question) throws IOException, InterruptedException {
        String chat = process.post(
                        "/organizations/" + organization + "/chats",
                        Map.of("title", "Journey", "knowledge_base_ids", List.of(knowledgeBase)))
                .path("id")
                .asText();
        return process.post("/chats/" + chat + "/messages", Map.of("content", question));
    }

    private void assertQuoteStandsInTheText(JsonNode citation) throws IOException, InterruptedException {
        String text = api.get("/knowledge-bases/" + knowledgeBase + "/documents/"
                        + citation.path("document_id").asText() + "/text")
                .path("text")
                .asText();
        int start = text.offsetByCodePoints(0, citation.path("start_offset").asInt());
        int end = text.offsetByCodePoints(0, citation.path("end_offset").asInt());
        assertThat(text.substring(start, end)).isEqualTo(citation.path("quote").asText());
    }

    private List<String> contentsFound(String words) throws IOException, InterruptedException {
        JsonNode found = api.post(
                "/knowledge-bases/" + knowledgeBase + "/search", Map.of("query", words, "limit", 20, "mode", "text"));
        return found.path("items").findValuesAsText("content");
    }

    /**
     * Drops a directory's files, waits for the end of each, and returns by file name the state, and the reason if dead.
     */
    private Map<String, String> drop(Path files) throws IOException, InterruptedException {
        Product.Result dropped = product.run(LONG, "drop", files.toString());
        Map<String, String> ends = new TreeMap<>();
        try (var names = Files.list(files)) {
            for (Path file : names.toList()) {
                String name = file.getFileName().toString();
                String end = product.sql(
                        "select state || coalesce(' ' || reason, '') from ingest_ledger where object_key like '%/"
                                + name + "' order by last_modified desc, received_at desc limit 1");
                ends.put(name, end.isEmpty() ? "unaccounted for; drop said: " + dropped.output() : end);
            }
        }
        return ends;
    }
}
