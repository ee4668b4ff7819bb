package io.arketic.rag;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads a stream of server-sent events until either side closes it. */
final class EventReader implements AutoCloseable {

    /** Holds an event; {@code id} is empty for one without a number. */
    record Event(String name, String id, JsonNode data) {}

    private static final JsonMapper JSON = new JsonMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String ENDED = "ended";

    private final URI address;
    private final InputStream bytes;
    private final BlockingQueue<Event> queue = new LinkedBlockingQueue<>();
    private final List<Event> seen = new ArrayList<>();

    private EventReader(URI address, InputStream bytes) {
        this.address = address;
        this.bytes = bytes;
        Thread thread = new Thread(this::read, "event-reader");
        thread.setDaemon(true);
        thread.start();
    }

    /** Reads from {@code lastEventId} on; from now on if that is empty. */
    static EventReader open(ApiClient client, String chat, String lastEventId) {
        return at(client, chat + "/events", lastEventId);
    }

    /** Reads the events of any path of the API. */
    static EventReader at(ApiClient client, String path) {
        return at(client, path, "");
    }

    /** Reads the answer to a question as it arrives. */
    static EventReader asking(ApiClient client, String chat, String question) {
        return reading(request(client, chat + "/messages")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        JSON.writeValueAsString(Map.of("content", question)), StandardCharsets.UTF_8)));
    }

    private static EventReader at(ApiClient client, String path, String lastEventId) {
        HttpRequest.Builder request = request(client, path);
        if (!lastEventId.isEmpty()) {
            request.header("Last-Event-ID", lastEventId);
        }
        return reading(request);
    }

    private static HttpRequest.Builder request(ApiClient client, String path) {
        return HttpRequest.newBuilder(URI.create(client.address() + "/api/v1" + path))
                .header("Authorization", "Bearer " + client.token())
                .header("Accept", "text/event-stream");
    }

    private static EventReader reading(HttpRequest.Builder request) {
        try {
            HttpResponse<InputStream> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            if (response.statusCode() != 200) {
                throw new AssertionError("No stream: " + response.statusCode());
            }
            PublishedContract.check(response.request().method(), response, "");
            return new EventReader(response.uri(), response.body());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private void read() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8))) {
            String name = "";
            String id = "";
            StringBuilder data = new StringBuilder();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("event:")) {
                    name = line.substring(6).strip();
                } else if (line.startsWith("id:")) {
                    id = line.substring(3).strip();
                } else if (line.startsWith("data:")) {
                    data.append(line.substring(5));
                } else if (line.isEmpty() && !name.isEmpty()) {
                    queue.add(new Event(name, id, JSON.readTree(data.toString())));
                    name = "";
                    id = "";
                    data.setLength(0);
                }
            }
        } catch (IOException closed) {
            // by this side
        }
        queue.add(new Event(ENDED, "", JSON.missingNode()));
    }

    /** Returns the next event of these kinds; earlier ones are kept in {@link #seen}. */
    Event await(Predicate<Event> wanted) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (true) {
                Event event = queue.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (event == null) {
                    throw new AssertionError("It did not come; what did: " + seen);
                }
                seen.add(event);
                if (!event.name().equals(ENDED)) {
                    PublishedContract.checkEvent(address, event.name(), event.data());
                }
                if (wanted.test(event)) {
                    return event;
                }
                if (event.name().equals(ENDED)) {
                    throw new AssertionError("The stream ended; what came: " + seen);
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    Event await(String name) {
        return await(event -> event.name().equals(name));
    }

    /** Waits for the other side to close it. */
    void awaitEnd() {
        await(ENDED);
    }

    /** Returns everything that was awaited or came before it, in order. */
    List<Event> seen() {
        return seen;
    }

    @Override
    public void close() {
        try {
            bytes.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
