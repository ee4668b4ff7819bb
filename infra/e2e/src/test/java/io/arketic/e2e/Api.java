package io.arketic.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.stream.Stream;

/** Calls the HTTP API with one user's token, or with none if that is empty. */
record Api(HttpClient http, String base, String token) {

    private static final ObjectMapper JSON = new ObjectMapper();

    static Api at(int port, String token) {
        return new Api(HttpClient.newHttpClient(), "http://127.0.0.1:" + port + "/api/v1", token);
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(base + path)).GET());
    }

    JsonNode post(String path, Map<String, ?> body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(base + path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(JSON.writeValueAsString(body))));
    }

    void delete(String path) throws IOException, InterruptedException {
        send(HttpRequest.newBuilder(URI.create(base + path)).DELETE());
    }

    /** Opens a stream of events; returns its lines as they come. */
    Stream<String> events(String path) throws IOException, InterruptedException {
        var response = http.send(
                HttpRequest.newBuilder(URI.create(base + path))
                        .header("Authorization", "Bearer " + token)
                        .header("Accept", "text/event-stream")
                        .build(),
                BodyHandlers.ofLines());
        if (response.statusCode() != 200) {
            throw new AssertionError(response.uri() + " answered " + response.statusCode());
        }
        return response.body();
    }

    private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        var response = http.send(request.header("Accept", "application/json").build(), BodyHandlers.ofString());
        if (response.statusCode() >= 300) {
            throw new AssertionError(response.uri() + " answered " + response.statusCode() + ": " + response.body());
        }
        return JSON.readTree(response.body());
    }
}
