package io.arketic.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Calls the HTTP API as one user, one call at a time over one kept connection, except events. It blocks on the caller's
 * thread: a client's work between its own threads is not the server's.
 */
final class ApiClient {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BASE = "/api/v1";
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int PATIENCE_MILLISECONDS = 120_000;

    private final URI address;
    private String email = "";
    private String password = "";
    private String token = "";

    ApiClient(URI address) {
        this.address = address;
    }

    ObjectNode object() {
        return JSON.createObjectNode();
    }

    void register(String email, String password) throws IOException {
        this.email = email;
        this.password = password;
        post(
                "/auth/register",
                object().put("email", email)
                        .put("password", password)
                        .put("first_name", "Bench")
                        .put("last_name", "Mark"));
        logIn();
    }

    /** Returns the same user over another connection. */
    ApiClient another() {
        ApiClient other = new ApiClient(address);
        other.email = email;
        other.password = password;
        other.token = token;
        return other;
    }

    UUID userId() throws IOException {
        return UUID.fromString(get("/auth/me").get("id").asText());
    }

    ObjectNode get(String path) throws IOException {
        return send("GET", path, null, new byte[0]);
    }

    /** Puts; returns an empty object for an answer without content. */
    ObjectNode put(String path, ObjectNode body) throws IOException {
        return send("PUT", path, "application/json", JSON.writeValueAsBytes(body));
    }

    void delete(String path) throws IOException {
        send("DELETE", path, null, new byte[0]);
    }

    ObjectNode post(String path, ObjectNode body) throws IOException {
        return send("POST", path, "application/json", JSON.writeValueAsBytes(body));
    }

    /**
     * Posts like {@link #post}, but within the product's limits on requests: it waits as long as a refusal says, and
     * asks again.
     */
    ObjectNode postWithinLimits(String path, ObjectNode body) throws IOException, InterruptedException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        while (true) {
            HttpURLConnection call = exchange("POST", path, "application/json", bytes);
            if (call.getResponseCode() != TOO_MANY_REQUESTS) {
                return read(call, "POST", path, "application/json", bytes);
            }
            try (InputStream in = call.getErrorStream()) {
                if (in != null) {
                    in.readAllBytes();
                }
            }
            Thread.sleep(1000L * Math.max(1, call.getHeaderFieldInt("Retry-After", 1)));
        }
    }

    /** Returns the response, including a refusal. */
    int status(String path, ObjectNode body) throws IOException {
        HttpURLConnection call = exchange("POST", path, "application/json", JSON.writeValueAsBytes(body));
        int status = call.getResponseCode();
        try (InputStream in = status / 100 == 2 ? call.getInputStream() : call.getErrorStream()) {
            if (in != null) {
                in.readAllBytes();
            }
        }
        return status;
    }

    /** Returns the events of a streamed answer; read them to their end. Safe for several threads. */
    InputStream events(String path, ObjectNode body) throws IOException {
        HttpURLConnection call =
                exchange("POST", path, "application/json", "text/event-stream", JSON.writeValueAsBytes(body));
        int status = call.getResponseCode();
        if (status / 100 != 2) {
            throw new IOException(path + " answered " + status);
        }
        return call.getInputStream();
    }

    /** Holds the user's access token, valid for some minutes. */
    String token() {
        return token;
    }

    ObjectNode upload(String path, String filename, String text) throws IOException {
        String boundary = UUID.randomUUID().toString();
        String body = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"files\"; filename=\"" + filename
                + "\"\r\nContent-Type: text/plain\r\n\r\n" + text + "\r\n--" + boundary + "--\r\n";
        return send("POST", path, "multipart/form-data; boundary=" + boundary, body.getBytes(StandardCharsets.UTF_8));
    }

    void logIn() throws IOException {
        token = "";
        token = post("/auth/login", object().put("email", email).put("password", password))
                .get("access_token")
                .asText();
    }

    private ObjectNode send(String method, String path, @Nullable String type, byte[] body) throws IOException {
        return read(exchange(method, path, type, body), method, path, type, body);
    }

    private ObjectNode read(HttpURLConnection sent, String method, String path, @Nullable String type, byte[] body)
            throws IOException {
        HttpURLConnection call = sent;
        if (call.getResponseCode() == 401 && !token.isEmpty()) {
            // Access tokens are short-lived; some benchmarks are not.
            logIn();
            call = exchange(method, path, type, body);
        }
        int status = call.getResponseCode();
        // Read to its end, or the connection is not kept.
        try (InputStream in = status / 100 == 2 ? call.getInputStream() : call.getErrorStream()) {
            byte[] answer = in == null ? new byte[0] : in.readAllBytes();
            if (status / 100 != 2) {
                throw new IOException(path + " answered " + status + " " + new String(answer, StandardCharsets.UTF_8));
            }
            return answer.length == 0 ? object() : (ObjectNode) JSON.readTree(answer);
        }
    }

    private HttpURLConnection exchange(String method, String path, @Nullable String type, byte[] body)
            throws IOException {
        return exchange(method, path, type, "application/json", body);
    }

    private HttpURLConnection exchange(String method, String path, @Nullable String type, String accept, byte[] body)
            throws IOException {
        HttpURLConnection call = (HttpURLConnection) address.resolve(path.startsWith("/v1/") ? path : BASE + path)
                .toURL()
                .openConnection();
        call.setRequestMethod(method);
        call.setReadTimeout(PATIENCE_MILLISECONDS);
        call.setRequestProperty("Accept", accept);
        if (!token.isEmpty()) {
            call.setRequestProperty("Authorization", "Bearer " + token);
        }
        if (type != null) {
            call.setRequestProperty("Content-Type", type);
            call.setDoOutput(true);
            call.setFixedLengthStreamingMode(body.length);
            try (OutputStream out = call.getOutputStream()) {
                out.write(body);
            }
        }
        return call;
    }
}
