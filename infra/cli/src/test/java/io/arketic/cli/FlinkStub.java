package io.arketic.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.arketic.services.FlinkRest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;

/** Plays the part of Flink's REST interface that starts and ends jobs; jobs run until they are cancelled. */
public final class FlinkStub implements AutoCloseable {

    private record Known(String name, String state) {}

    private final HttpServer server;
    private final Map<String, Known> jobs = new ConcurrentSkipListMap<>();

    public FlinkStub() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    public FlinkRest rest() {
        return new FlinkRest(URI.create("http://127.0.0.1:" + port()));
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public void add(String id, String name, String state) {
        jobs.put(id, new Known(name, state));
    }

    /** Maps identifiers to jobs. */
    public Map<String, String> states() {
        return jobs.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, job -> job.getValue().state()));
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        String request = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
        String path = exchange.getRequestURI().getPath();
        String id = path.replaceFirst("^/jobs/([^/]*).*", "$1");
        String body = "{}";
        int status = 200;
        if (path.equals("/jars/upload")) {
            body = "{\"filename\":\"/tmp/job.jar\"}";
        } else if (path.endsWith("/run")) {
            add("submitted", request.contains("ReindexJob") ? "arketic-reindex" : "arketic-ingest", "RUNNING");
            body = "{\"jobid\":\"submitted\"}";
        } else if (path.equals("/jobs/overview")) {
            body = "{\"jobs\":[" + jobs.keySet().stream().map(this::json).collect(Collectors.joining(",")) + "]}";
        } else if (jobs.containsKey(id) && exchange.getRequestMethod().equals("PATCH")) {
            jobs.computeIfPresent(id, (key, job) -> new Known(job.name(), "CANCELED"));
        } else if (jobs.containsKey(id)) {
            body = json(id);
        } else if (!path.startsWith("/jars/")) {
            status = 404;
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private String json(String id) {
        Known job = jobs.get(id);
        return "{\"jid\":\"%s\",\"name\":\"%s\",\"state\":\"%s\",\"start-time\":1}"
                .formatted(id, job.name(), job.state());
    }
}
