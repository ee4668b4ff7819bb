package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Tests that a client can be made from the document alone. {@link PublishedContract} checks the answers against it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PublishedDocumentIT {

    private static final Path SOURCES = Path.of("src/test/typescript");
    private static final Path WORK = Path.of("target/typescript");
    private static final Path CONSOLE = Path.of("console");

    private ApiClient client;
    private JsonNode document;
    private List<ApiOperation> operations;

    @BeforeAll
    void read() {
        client = RunningApi.shared().client();
        ApiClient.Reply published = client.get("/openapi");
        document = published.body();
        try {
            Files.createDirectories(WORK);
            Files.writeString(WORK.resolve("openapi.json"), published.text());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        operations = ApiOperation.all(document);
    }

    @Test
    void everyOperationHasANameOfItsOwnThatNoOtherOperationChanges() {
        List<String> names = operations.stream()
                .map(operation -> operation.definition().path("operationId").asString(""))
                .toList();
        assertThat(names)
                .doesNotHaveDuplicates()
                .allMatch(name -> name.matches("[a-z][A-Za-z]*"), "letters only: a number comes from a clash");
    }

    @Test
    void whatTheDocsOfferHoldsEveryProtocol() {
        assertThat(client.get("/openapi/swagger-config").body().path("urls").findValuesAsString("url"))
                .contains("/openapi/arketic", "/openapi/openai", "/openapi/mcp");
        assertThat(client.get("/openapi/openai").body().path("paths").propertyNames())
                .containsExactlyInAnyOrder(
                        "/v1/chat/completions", "/v1/embeddings", "/v1/models", "/v1/models/{model}");
        assertThat(client.get("/openapi/mcp").body().path("paths").propertyNames())
                .containsExactly("/mcp");
        assertThat(document.path("paths").propertyNames()).allMatch(path -> path.startsWith("/api/v1/"));
    }

    @Test
    void noTypeOfTheServersInsidesIsPublished() {
        assertThat(document.path("components").path("schemas").propertyNames())
                .doesNotContain("SseEmitter", "StreamingResponseBody", "ProblemDetail", "JsonNode")
                .contains("Problem");
    }

    @Test
    void everyProblemIsTyped() {
        SoftAssertions softly = new SoftAssertions();
        for (ApiOperation operation : operations) {
            operation.definition().path("responses").properties().forEach(response -> {
                // 304 has no body
                if (!response.getKey().matches("[23].*")) {
                    softly.assertThat(response.getValue()
                                    .path("content")
                                    .path("application/problem+json")
                                    .path("schema")
                                    .path("$ref")
                                    .asString(""))
                            .as(operation + " " + response.getKey())
                            .isEqualTo("#/components/schemas/Problem");
                }
            });
            softly.assertThat(operation.definition().path("responses").has("default"))
                    .as(operation + " tells how any other problem looks")
                    .isTrue();
        }
        softly.assertAll();
    }

    /** Checks required fields; otherwise a generated client has to doubt each field. */
    @Test
    void anAnswerHoldsEveryFieldOfItsSchemaUnlessTheFieldIsLeftOutOnPurpose() {
        List<String> optional = new ArrayList<>();
        List<String> answered = operations.stream()
                .flatMap(operation -> operation.definition().path("responses").valueStream())
                .map(response ->
                        response.path("content").path("application/json").path("schema"))
                .map(schema -> schema.path("$ref").asString(""))
                .filter(reference -> !reference.isEmpty())
                .distinct()
                .toList();
        for (String reference : answered) {
            JsonNode schema = document.at(reference.substring(1));
            schema.path("properties").propertyNames().forEach(name -> {
                if (schema.path("required")
                        .valueStream()
                        .noneMatch(one -> one.asString().equals(name))) {
                    optional.add(reference.substring(reference.lastIndexOf('/') + 1) + "." + name);
                }
            });
        }
        assertThat(answered).hasSizeGreaterThan(40);
        assertThat(optional).containsExactlyInAnyOrder("ApiKey.key", "PersonalToken.token", "ScimToken.token");
    }

    @Test
    void aStrictTypeScriptClientCompilesAndRuns() throws Exception {
        try (var sources = Files.list(SOURCES)) {
            for (Path source : sources.toList()) {
                Files.write(WORK.resolve(source.getFileName()), Files.readAllBytes(source));
            }
        }
        run("npm", "ci", "--prefer-offline");
        run("node_modules/.bin/openapi-typescript", "openapi.json", "-o", "api.ts");
        run("node_modules/.bin/tsc", "-p", ".");
        String name = "ts" + UUID.randomUUID();
        assertThat(run("node", "out/main.js", client.address(), name))
                .contains("About pumps: Hello; urn:arketic:problem:invalid-input")
                .contains("title");
    }

    /** An operation or field that the console uses and that is gone or renamed ends the build here. */
    @Test
    void theConsoleCompilesAgainstTheDocument() throws Exception {
        String types = WORK.resolve("openapi.json").toAbsolutePath().toString();
        runIn(CONSOLE, "node_modules/.bin/openapi-typescript", types, "-o", "target/schema.ts");
        runIn(CONSOLE, "node_modules/.bin/tsc", "-p", ".");
    }

    private static String run(String... command) throws IOException, InterruptedException {
        return runIn(WORK, command);
    }

    private static String runIn(Path directory, String... command) throws IOException, InterruptedException {
        Path log = Files.createTempFile(WORK, "run", ".log");
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException missing) {
            throw new AssertionError(
                    "There is no " + command[0] + ". infra/arketic test installs it: apt-get install -y nodejs npm",
                    missing);
        }
        boolean ended = process.waitFor(15, TimeUnit.MINUTES);
        if (!ended) {
            process.destroyForcibly();
        }
        String printed = Files.readString(log, StandardCharsets.UTF_8);
        assertThat(ended && process.exitValue() == 0)
                .as(String.join(" ", command) + ": " + printed)
                .isTrue();
        return printed;
    }
}
