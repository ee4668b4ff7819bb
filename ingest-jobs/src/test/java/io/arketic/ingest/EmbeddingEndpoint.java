package io.arketic.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Plays an embedding model behind HTTP with OpenAI's interface, which can go down and refuse. */
public final class EmbeddingEndpoint implements AutoCloseable {

    public static final String MODEL = "letters";
    static final int DIMENSIONS = 26;

    private final ObjectMapper json = new ObjectMapper();
    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final AtomicInteger callsLeft = new AtomicInteger(Integer.MAX_VALUE);
    private volatile boolean refuses;
    private volatile int most = Integer.MAX_VALUE;
    private volatile @Nullable String offence;
    private volatile CountDownLatch waiting = new CountDownLatch(0);
    private volatile CountDownLatch held = new CountDownLatch(0);

    public EmbeddingEndpoint() throws IOException {
        server.createContext("/", this::answer);
        server.setExecutor(Executors.newFixedThreadPool(4));
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    /** Makes it the remote model of a job. */
    public void configure(Map<String, String> environment) {
        environment.put("ARKETIC_EMBEDDING_REMOTE_ID", MODEL);
        environment.put("ARKETIC_EMBEDDING_REMOTE_URL", url());
        environment.put("ARKETIC_EMBEDDING_REMOTE_MODEL", MODEL);
        environment.put("ARKETIC_EMBEDDING_REMOTE_DIMENSIONS", "" + DIMENSIONS);
    }

    /** Fails at requests with this word from then on, like a proxy that takes offence at it. */
    public void failAt(String word) {
        offence = word;
    }

    void failAfter(int calls) {
        callsLeft.set(calls);
    }

    /** Refuses every text of some length: short ones are answered. */
    void refuse() {
        refuses = true;
    }

    /** Answers only requests of so many texts or fewer; 0 for none but short texts. */
    public void overload(int texts) {
        most = texts;
    }

    /** Answers no request until it recovers; {@link #awaitHeld} tells when one waits. */
    void hold() {
        waiting = new CountDownLatch(1);
        held = new CountDownLatch(1);
    }

    /** Returns when a request waits for its answer. */
    void awaitHeld() throws InterruptedException {
        if (!waiting.await(60, TimeUnit.SECONDS)) {
            throw new AssertionError("no text came");
        }
    }

    public void recover() {
        held.countDown();
        offence = null;
        callsLeft.set(Integer.MAX_VALUE);
        refuses = false;
        most = Integer.MAX_VALUE;
    }

    private void answer(HttpExchange exchange) throws IOException {
        JsonNode request = json.readTree(exchange.getRequestBody());
        awaitRelease();
        String word = offence;
        if (word != null && request.toString().contains(word)) {
            send(exchange, 403, json.createObjectNode().put("error", "forbidden"));
        } else if (!isShort(request) && request.path("input").size() > most) {
            exchange.getResponseHeaders().set("Retry-After", "0");
            send(exchange, 503, json.createObjectNode().put("error", "no worker is free"));
        } else if (refuses && !isShort(request)) {
            send(exchange, 400, json.createObjectNode().put("error", "not this text"));
        } else if (callsLeft.getAndDecrement() <= 0) {
            send(exchange, 503, json.createObjectNode().put("error", "down"));
        } else {
            send(exchange, 200, vectors(request));
        }
    }

    private void awaitRelease() throws IOException {
        waiting.countDown();
        try {
            held.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static boolean isShort(JsonNode request) {
        JsonNode texts = request.path("input");
        return texts.size() == 1 && texts.path(0).asText().length() < 20;
    }

    private ObjectNode vectors(JsonNode request) {
        ObjectNode answer = json.createObjectNode().put("object", "list").put("model", MODEL);
        ArrayNode data = answer.putArray("data");
        int index = 0;
        for (JsonNode text : request.path("input")) {
            ObjectNode item = data.addObject().put("object", "embedding").put("index", index++);
            ArrayNode vector = item.putArray("embedding");
            int[] letters = new int[DIMENSIONS];
            text.asText().toLowerCase(Locale.ROOT).chars().forEach(c -> {
                if (c >= 'a' && c <= 'z') {
                    letters[c - 'a']++;
                }
            });
            double length = Math.max(
                    1,
                    Math.sqrt(Arrays.stream(letters)
                            .mapToDouble(n -> (double) n * n)
                            .sum()));
            for (int letter : letters) {
                vector.add(letter / length);
            }
        }
        answer.putObject("usage").put("prompt_tokens", 1).put("total_tokens", 1);
        return answer;
    }

    private void send(HttpExchange exchange, int status, JsonNode body) throws IOException {
        byte[] bytes = json.writeValueAsBytes(body);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
