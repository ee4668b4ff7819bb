package io.arketic.cli.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.arketic.cli.api.ApiClient;
import io.arketic.cli.api.ApiException;
import io.arketic.cli.drive.FolderSync.Outcome;
import io.arketic.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a server that keeps documents as the API does: by folder and name, with the hash that was sent. */
final class FolderSyncTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    @TempDir
    private Path state;

    private HttpServer server;
    private Drive drive;
    private final Map<String, ObjectNode> documents = new LinkedHashMap<>();
    private int uploads;

    /** Answers each upload of a file whose name says so. */
    private int refusal = 200;

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::serve);
        server.start();
        drive = new Drive(
                ApiClient.at(
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort())),
                UUID.randomUUID());
        write("pump.txt", "pump");
        write("deep/er/valve.txt", "valve");
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    @Test
    void onlyWhatIsNotThereIsSent() throws Exception {
        assertThat(sync(false)).isEqualTo(new Outcome(2, 0, 0, 0, 0));
        assertThat(paths())
                .containsOnlyKeys(
                        "Backup", "Backup/deep", "Backup/deep/er", "Backup/deep/er/valve.txt", "Backup/pump.txt");
        assertThat(sync(false)).isEqualTo(new Outcome(0, 2, 0, 0, 0));
        write("pump.txt", "pump, second edition");
        assertThat(sync(false)).isEqualTo(new Outcome(1, 1, 0, 0, 0));
        assertThat(uploads).isEqualTo(3);
    }

    @Test
    void onlyWhatASyncMadeAndIsAsItMadeItGoes() throws Exception {
        sync(false);
        add("Backup", "theirs.txt", false, "0".repeat(64));
        write("kept.txt", "kept");
        sync(false);
        find("Backup/kept.txt").put("file_hash", "1".repeat(64));
        Files.delete(directory.resolve("pump.txt"));
        Files.delete(directory.resolve("kept.txt"));

        assertThat(sync(false)).isEqualTo(new Outcome(0, 1, 0, 0, 0));
        assertThat(sync(true)).isEqualTo(new Outcome(0, 1, 1, 1, 0));
        assertThat(paths()).containsKeys("Backup/theirs.txt", "Backup/kept.txt").doesNotContainKey("Backup/pump.txt");
        assertThat(sync(true)).isEqualTo(new Outcome(0, 1, 0, 1, 0));
    }

    @Test
    void whatWasThereBeforeOrWasMovedStays() throws Exception {
        sync(false);
        add("Backup", "theirs.txt", false, "0".repeat(64));
        write("theirs.txt", "ours");
        assertThat(sync(false)).isEqualTo(new Outcome(1, 2, 0, 0, 0));
        find("Backup/pump.txt").put("name", "renamed.txt");
        find("Backup/deep/er/valve.txt")
                .put("parent_id", find("Backup").path("id").asText());
        Files.delete(directory.resolve("theirs.txt"));
        Files.delete(directory.resolve("pump.txt"));
        Files.delete(directory.resolve("deep/er/valve.txt"));
        write("other.txt", "other");

        assertThat(sync(true)).isEqualTo(new Outcome(1, 0, 0, 2, 0));
        assertThat(paths()).containsKeys("Backup/theirs.txt", "Backup/renamed.txt", "Backup/valve.txt");
    }

    @Test
    void aRecordWhoseLastLineWasCutIsReadUpToThere() throws Exception {
        sync(false);
        Path record = state.resolve("record.jsonl");
        String lines = Files.readString(record);
        Files.writeString(record, lines.substring(0, lines.length() - 9));
        assertThat(SyncRecord.load(record).made()).hasSize(1);
        assertThat(sync(true)).isEqualTo(new Outcome(0, 2, 0, 0, 0));
    }

    @Test
    void anObjectIsReadOnlyWhereItsVersionIsNew() throws Exception {
        List<String> read = new ArrayList<>();
        Map<String, String> versions = new TreeMap<>(Map.of("pump.txt", "1", "deep/er/valve.txt", "1"));
        SyncSource bucket = new SyncSource() {
            @Override
            public List<Item> items() {
                return versions.entrySet().stream()
                        .map(entry -> new Item(entry.getKey(), entry.getValue()))
                        .toList();
            }

            @Override
            public <T> T with(Item item, Work<T> work) throws IOException, InterruptedException {
                read.add(item.path());
                return work.on(directory.resolve(item.path()));
            }
        };
        assertThat(sync(bucket, false)).isEqualTo(new Outcome(2, 0, 0, 0, 0));
        assertThat(sync(bucket, false)).isEqualTo(new Outcome(0, 2, 0, 0, 0));
        assertThat(read).containsExactly("deep/er/valve.txt", "pump.txt");
        write("pump.txt", "pump, second edition");
        versions.put("pump.txt", "2");
        assertThat(sync(bucket, false)).isEqualTo(new Outcome(1, 1, 0, 0, 0));
        find("Backup/deep/er/valve.txt").put("file_hash", "1".repeat(64));
        assertThat(sync(bucket, false)).as("changed on the drive").isEqualTo(new Outcome(1, 1, 0, 0, 0));
        assertThat(read).hasSize(4);
        versions.remove("pump.txt");
        assertThat(sync(bucket, true)).isEqualTo(new Outcome(0, 1, 1, 0, 0));
        add("Backup", "theirs.txt", false, FolderSync.hash(write("theirs.txt", "theirs")));
        versions.put("theirs.txt", "1");
        assertThat(sync(bucket, true)).isEqualTo(new Outcome(0, 2, 0, 0, 0));
        assertThat(sync(bucket, true)).isEqualTo(new Outcome(0, 2, 0, 0, 0));
        assertThat(read).as("found there, and read once").hasSize(5).endsWith("theirs.txt");
        versions.remove("theirs.txt");
        assertThat(sync(bucket, true)).isEqualTo(new Outcome(0, 1, 0, 0, 0));
        assertThat(paths()).containsKey("Backup/theirs.txt");
    }

    @Test
    void aFileThatIsRefusedKeepsNoOtherFromBeingSentAndNothingIsRemoved() throws Exception {
        sync(false);
        Files.delete(directory.resolve("pump.txt"));
        write("deep/er/valve.txt", "valve, second edition");
        write("a-refused.txt", "refused");
        refusal = 413;
        assertThat(sync(true)).isEqualTo(new Outcome(1, 0, 0, 0, 1));
        assertThat(paths()).containsKey("Backup/pump.txt").doesNotContainKey("Backup/a-refused.txt");
        refusal = 401;
        assertThatExceptionOfType(ApiException.class).isThrownBy(() -> sync(true));
        refusal = 200;
        assertThat(sync(true)).isEqualTo(new Outcome(1, 1, 1, 0, 0));
    }

    @Test
    void aFileThatIsGoneMeanwhileKeepsNoOtherFromBeingSent() throws Exception {
        DirectorySource files = new DirectorySource(directory);
        SyncSource losing = new SyncSource() {
            @Override
            public List<Item> items() throws IOException {
                return files.items();
            }

            @Override
            public <T> T with(Item item, Work<T> work) throws IOException, InterruptedException {
                if (item.path().endsWith("valve.txt")) {
                    Files.delete(directory.resolve(item.path()));
                }
                return files.with(item, work);
            }
        };
        assertThat(sync(losing, true)).isEqualTo(new Outcome(1, 0, 0, 0, 1));
        assertThat(paths()).containsKey("Backup/pump.txt");
        drive = new Drive(ApiClient.at(URI.create("http://127.0.0.1:1")), UUID.randomUUID());
        assertThatExceptionOfType(ConnectException.class)
                .as("an API that is down")
                .isThrownBy(() -> sync(true));
    }

    private Outcome sync(boolean delete) throws Exception {
        return sync(new DirectorySource(directory), delete);
    }

    private Outcome sync(SyncSource source, boolean delete) throws Exception {
        Terminal quiet = new Terminal(
                new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8),
                false,
                InstantSource.system());
        return new FolderSync(drive, SyncRecord.load(state.resolve("record.jsonl")), quiet)
                .run(source, "/Backup", delete);
    }

    private Path write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private Map<String, ObjectNode> paths() {
        Map<String, ObjectNode> paths = new TreeMap<>();
        documents.values().forEach(document -> {
            if (document.path("trashed_at").isNull()) {
                paths.put(path(document), document);
            }
        });
        return paths;
    }

    private String path(JsonNode document) {
        JsonNode parent = documents.get(document.path("parent_id").asText());
        return (parent == null ? "" : path(parent) + "/")
                + document.path("name").asText();
    }

    private ObjectNode find(String path) {
        return paths().get(path);
    }

    private ObjectNode add(String parent, String name, boolean folder, String hash) {
        ObjectNode document = JSON.createObjectNode()
                .put("id", UUID.randomUUID().toString())
                .put(
                        "parent_id",
                        parent.isEmpty() ? "" : find(parent).path("id").asText())
                .put("name", name)
                .put("document_type", folder ? "folder" : "text")
                .put("file_hash", hash)
                .putNull("trashed_at");
        documents.put(document.path("id").asText(), document);
        return document;
    }

    private void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath().replaceFirst(".*?/documents", "");
        String query = exchange.getRequestURI().getQuery() == null
                ? ""
                : exchange.getRequestURI().getQuery();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        JsonNode answer = JSON.createObjectNode();
        boolean refused = refusal != 200 && body.contains("refused.txt");
        switch (exchange.getRequestMethod()) {
            case "POST" ->
                answer = path.equals("/folders")
                        ? makeFolder(JSON.readTree(body))
                        : refused ? answer : upload(query, body);
            case "DELETE" -> documents.get(path.substring(1)).put("trashed_at", "now");
            default -> answer = path.isEmpty() ? list(parameter(query, "parent_id")) : placed(path.substring(1));
        }
        byte[] bytes = JSON.writeValueAsBytes(answer);
        exchange.sendResponseHeaders(refused ? refusal : 200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private JsonNode placed(String id) {
        ObjectNode document = documents.get(id);
        JsonNode parent = documents.get(document.path("parent_id").asText());
        return document.deepCopy().put("folder_path", parent == null ? "/" : "/" + path(parent));
    }

    private JsonNode makeFolder(JsonNode folder) {
        JsonNode parent = documents.get(folder.path("parent_id").asText());
        return add(parent == null ? "" : path(parent), folder.path("name").asText(), true, "");
    }

    private JsonNode upload(String query, String body) {
        uploads++;
        Matcher name = Pattern.compile("filename=\"([^\"]*)\"").matcher(body);
        assertThat(name.find()).isTrue();
        String parent = path(documents.get(parameter(query, "parent_id")));
        ObjectNode there = find(parent + "/" + name.group(1));
        String hash = parameter(query, "file_hash");
        ObjectNode stored = there == null ? add(parent, name.group(1), false, hash) : there.put("file_hash", hash);
        ObjectNode answer = JSON.createObjectNode();
        answer.putArray("items").add(stored);
        return answer;
    }

    private JsonNode list(String parent) {
        ObjectNode page = JSON.createObjectNode();
        ArrayNode items = page.putArray("items");
        paths().values().stream()
                .filter(document -> document.path("parent_id").asText().equals(parent))
                .forEach(items::add);
        return page;
    }

    private static String parameter(String query, String name) {
        Matcher value = Pattern.compile("(?:^|&)" + name + "=([^&]*)").matcher(query);
        return value.find() ? URLDecoder.decode(value.group(1), StandardCharsets.UTF_8) : "";
    }
}
