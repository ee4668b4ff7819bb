package io.arketic.ingest;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** An S3 store that knows every object and gives none: its HEAD finds, its GET answers with an error. */
final class LossyStore implements AutoCloseable {

    static final String ETAG = "900150983cd24fb0d6963f7d28e17f72";

    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final AtomicInteger gets = new AtomicInteger();
    private volatile String code = "NoSuchKey";
    private volatile int status = 404;
    private volatile boolean hidden;
    private volatile boolean closed;

    LossyStore() throws IOException {
        server.createContext("/", this::answer);
        server.setExecutor(Executors.newFixedThreadPool(2));
        server.start();
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    void refuse(int withStatus, String withCode) {
        deny(false, false);
        status = withStatus;
        code = withCode;
        gets.set(0);
    }

    /** Answers HEAD with 403, of objects and of the bucket. */
    void deny(boolean objects, boolean buckets) {
        hidden = objects;
        closed = buckets;
    }

    int gets() {
        return gets.get();
    }

    private void answer(HttpExchange exchange) throws IOException {
        boolean bucket = exchange.getRequestURI().getPath().split("/").length == 2;
        if (exchange.getRequestMethod().equals("HEAD") && (bucket ? closed : hidden)) {
            exchange.sendResponseHeaders(403, -1);
        } else if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("ETag", "\"" + ETAG + "\"");
            exchange.getResponseHeaders().set("Last-Modified", "Sun, 29 Nov 2026 10:00:00 GMT");
            exchange.getResponseHeaders().set("Content-Length", "3");
            exchange.sendResponseHeaders(200, -1);
        } else if (exchange.getRequestURI().toString().contains("?location")) {
            send(exchange, 200, "<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"/>");
        } else {
            gets.incrementAndGet();
            send(exchange, status, "<Error><Code>" + code + "</Code><Message>no</Message></Error>");
        }
        exchange.close();
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
