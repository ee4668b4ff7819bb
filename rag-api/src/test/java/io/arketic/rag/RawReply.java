package io.arketic.rag;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Holds the answer to one request of any form; of a stream only the beginning is awaited. */
record RawReply(int status, String type, String text) {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ENOUGH = 1 << 20;

    static RawReply of(String method, String address, Map<String, String> headers, String body) {
        return of(method, address, headers, body.getBytes(StandardCharsets.UTF_8));
    }

    static RawReply of(String method, String address, Map<String, String> headers, byte[] body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address))
                .timeout(PATIENCE)
                .method(
                        method,
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        try {
            HttpResponse<InputStream> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            String type = response.headers().firstValue("Content-Type").orElse("");
            try (InputStream bytes = response.body()) {
                String text = type.startsWith("text/event-stream")
                        ? ""
                        : new String(bytes.readNBytes(ENOUGH), StandardCharsets.UTF_8);
                PublishedContract.check(method, response, text);
                return new RawReply(response.statusCode(), type, text);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(method + " " + address, failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    JsonNode body() {
        return type.contains("json") ? JSON.readTree(text) : JSON.missingNode();
    }

    boolean isProblem() {
        return type.startsWith("application/problem+json")
                && body().path("status").asInt() == status;
    }
}
