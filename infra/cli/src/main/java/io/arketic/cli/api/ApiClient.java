package io.arketic.cli.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.arketic.cli.terminal.CommandException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Calls the HTTP API as {@code curl} would. One that can sign in does so again when its session has expired. */
public final class ApiClient {

    /** Signs in and returns an access token. */
    public interface SignIn {
        String token() throws IOException, InterruptedException;
    }

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int UNAUTHORIZED = 401;
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");
    private static final Duration ANSWER_WITHIN = Duration.ofMinutes(2);
    private static final Duration TRANSFERRED_WITHIN = Duration.ofHours(2);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final URI base;
    private final @Nullable SignIn signIn;
    private volatile @Nullable String token;

    private ApiClient(URI base, @Nullable String token, @Nullable SignIn signIn) {
        this.base = base;
        this.token = token;
        this.signIn = signIn;
    }

    public static ApiClient at(URI server) {
        return new ApiClient(server.resolve("/api/v1/"), null, null);
    }

    public ApiClient withToken(String accessToken) {
        return new ApiClient(base, accessToken, null);
    }

    /** Returns a client that signs in again, and repeats its request, when the API no longer takes the token. */
    public ApiClient withToken(String accessToken, SignIn again) {
        return new ApiClient(base, accessToken, again);
    }

    public JsonNode get(String path) throws IOException, InterruptedException {
        return send(request(path).GET().build());
    }

    public JsonNode post(String path, Map<String, ?> body) throws IOException, InterruptedException {
        return send(request(path).POST(json(body)).build());
    }

    /** Posts like {@link #post(String, Map)}; a repeat with the same key does the work once and gives the first answer. */
    public JsonNode post(String path, Map<String, ?> body, String idempotencyKey)
            throws IOException, InterruptedException {
        return send(request(path)
                .setHeader("Idempotency-Key", idempotencyKey)
                .POST(json(body))
                .build());
    }

    public void delete(String path) throws IOException, InterruptedException {
        send(request(path).DELETE().build());
    }

    public JsonNode put(String path, Map<String, ?> body) throws IOException, InterruptedException {
        return send(request(path).PUT(json(body)).build());
    }

    /** Changes whatever version is there. */
    public JsonNode patch(String path, Map<String, ?> body) throws IOException, InterruptedException {
        return send(request(path)
                .setHeader("If-Match", "*")
                .method("PATCH", json(body))
                .build());
    }

    /** Posts without a body, and waits long for the answer. */
    public JsonNode postSlowly(String path) throws IOException, InterruptedException {
        return send(request(path)
                .timeout(TRANSFERRED_WITHIN)
                .POST(BodyPublishers.noBody())
                .build());
    }

    /** Sends one file as a form; it is read as it goes. */
    public JsonNode upload(String path, String name, Path file) throws IOException, InterruptedException {
        return form("POST", path, name, BodyPublishers.ofFile(file));
    }

    /** Sends bytes as a form's file with {@code PUT}. */
    public JsonNode put(String path, String name, byte[] bytes) throws IOException, InterruptedException {
        return form("PUT", path, name, BodyPublishers.ofByteArray(bytes));
    }

    /** Sends bytes to an address outside of the API, without the token. */
    public void putOutside(URI address, byte[] bytes) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(address)
                        .timeout(TRANSFERRED_WITHIN)
                        .PUT(BodyPublishers.ofByteArray(bytes))
                        .build(),
                BodyHandlers.ofString());
        if (response.statusCode() >= 300) {
            throw new IOException("the object store answered " + response.statusCode());
        }
    }

    private JsonNode form(String method, String path, String name, HttpRequest.BodyPublisher content)
            throws IOException, InterruptedException {
        String boundary = "arketic-" + UUID.randomUUID();
        String head = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"files\"; filename=\""
                + name.replace("\"", "%22") + "\"\r\nContent-Type: application/octet-stream\r\n\r\n";
        return send(request(path)
                .timeout(TRANSFERRED_WITHIN)
                .setHeader("Content-Type", "multipart/form-data; boundary=" + boundary)
                .method(
                        method,
                        BodyPublishers.concat(
                                BodyPublishers.ofString(head),
                                content,
                                BodyPublishers.ofString("\r\n--" + boundary + "--\r\n")))
                .build());
    }

    /** Downloads to a file, which appears whole or not at all. */
    public void download(String path, Path target) throws IOException, InterruptedException {
        download(request(path).GET(), target);
    }

    /** Downloads like {@link #download(String, Path)} the answer to a POST. */
    public void download(String path, Map<String, ?> body, Path target) throws IOException, InterruptedException {
        download(request(path).POST(json(body)), target);
    }

    private void download(HttpRequest.Builder builder, Path target) throws IOException, InterruptedException {
        HttpRequest request =
                builder.timeout(TRANSFERRED_WITHIN).setHeader("Accept", "*/*").build();
        Path draft = Files.createTempFile(target.toAbsolutePath().getParent(), ".arketic-", ".part");
        try {
            HttpResponse<Path> response = signedIn(
                    request,
                    BodyHandlers.ofFile(draft, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING));
            if (response.statusCode() >= 300) {
                throw refusal(response, Files.readString(draft), request);
            }
            Files.move(draft, target, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /** Posts a request and passes on the events of the answer as they arrive; returns when the stream has ended. */
    public void stream(String path, Map<String, ?> body, Consumer<ServerSentEvents.Event> events)
            throws IOException, InterruptedException {
        HttpRequest request = request(path)
                .setHeader("Accept", "text/event-stream")
                .POST(json(body))
                .build();
        HttpResponse<Stream<String>> response = http.send(request, BodyHandlers.ofLines());
        try (Stream<String> lines = response.body()) {
            if (response.statusCode() >= 300) {
                throw refusal(response, lines.collect(Collectors.joining("\n")), request);
            }
            var reader = new ServerSentEvents(events);
            lines.forEach(reader::line);
            reader.line("");
        }
    }

    public static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw CommandException.failed("the API sent no JSON: " + e.getOriginalMessage());
        }
    }

    private HttpRequest.Builder request(String path) {
        var builder = HttpRequest.newBuilder(base.resolve(path))
                .timeout(ANSWER_WITHIN)
                .header("Accept", "application/json, application/problem+json")
                .header("Content-Type", "application/json");
        return token == null ? builder : builder.header("Authorization", "Bearer " + token);
    }

    private static HttpRequest.BodyPublisher json(Map<String, ?> body) throws IOException {
        return BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body));
    }

    private JsonNode send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> response = signedIn(request, BodyHandlers.ofString());
        if (response.statusCode() >= 300) {
            throw refusal(response, response.body(), request);
        }
        return response.body().isBlank() ? MissingNode.getInstance() : parse(response.body());
    }

    private <T> HttpResponse<T> signedIn(HttpRequest request, HttpResponse.BodyHandler<T> body)
            throws IOException, InterruptedException {
        HttpResponse<T> response = http.send(request, body);
        if (response.statusCode() != UNAUTHORIZED || signIn == null) {
            return response;
        }
        token = signIn.token();
        return http.send(
                HttpRequest.newBuilder(request, (name, value) -> !name.equalsIgnoreCase("Authorization"))
                        .header("Authorization", "Bearer " + token)
                        .build(),
                body);
    }

    private static ApiException refusal(HttpResponse<?> response, String body, HttpRequest request) {
        int status = response.statusCode();
        Duration retryAfter = response.headers()
                .firstValue("Retry-After")
                .filter(SECONDS.asMatchPredicate())
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                .orElse(null);
        String detail = "";
        try {
            JsonNode problem = JSON.readTree(body);
            detail = problem.path("detail").asText(problem.path("title").asText(""));
        } catch (JsonProcessingException e) {
            // Not from the API itself; the status has to do.
        }
        return new ApiException(
                status,
                retryAfter,
                "the API answered " + status + " to " + request.method() + " "
                        + request.uri().getPath() + (detail.isEmpty() ? "" : ": " + detail));
    }
}
