package io.arketic.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Plays an OpenAI-compatible endpoint that sends the first words of an answer and holds the others until they are
 * released.
 */
final class HeldModel implements AutoCloseable {

    static final String FIRST = "Every ninety days ";
    static final String REST = "the filter is changed [1].";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Semaphore released = new Semaphore(0);
    private final Semaphore left = new Semaphore(0);

    HeldModel() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/v1/chat/completions", this::answer);
        server.start();
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    /** Releases one answer. */
    void release() {
        released.release();
    }

    /** Waits until the caller has closed the connection of a held answer. */
    boolean awaitLeft() throws InterruptedException {
        return left.tryAcquire(1, TimeUnit.MINUTES);
    }

    private void answer(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            say(out, "{\"choices\":[{\"delta\":{\"content\":\"" + FIRST + "\"}}]}");
            try {
                while (!released.tryAcquire(100, TimeUnit.MILLISECONDS)) {
                    // A comment detects a lost reader; it is no part of the answer.
                    out.write(": held\n\n".getBytes(StandardCharsets.US_ASCII));
                    out.flush();
                }
            } catch (IOException closed) {
                left.release();
                return;
            }
            say(out, "{\"choices\":[{\"delta\":{\"content\":\"" + REST + "\"}}]}");
            say(out, "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}");
            say(out, "[DONE]");
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }

    private static void say(OutputStream out, String data) throws IOException {
        out.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
