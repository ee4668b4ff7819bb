package io.arketic.rag;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Serves a provider's configuration and then misbehaves at its token endpoint, or before. */
final class BrokenProvider implements AutoCloseable {

    /** Answers one request. */
    interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger configurations = new AtomicInteger();
    private final AtomicInteger keys = new AtomicInteger();
    private volatile Answer configuration = exchange -> json(exchange, 200, metadata(issuer()));
    private volatile Answer token = exchange -> json(exchange, 200, "{}");

    BrokenProvider() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        server.setExecutor(threads);
        server.createContext("/.well-known/openid-configuration", exchange -> {
            configurations.incrementAndGet();
            configuration.to(exchange);
        });
        server.createContext("/token", exchange -> token.to(exchange));
        server.createContext("/keys", exchange -> {
            keys.incrementAndGet();
            json(exchange, 200, "{\"keys\": []}");
        });
        server.start();
    }

    String issuer() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Returns how often its configuration was asked for. */
    int configurations() {
        return configurations.get();
    }

    /** Returns how often its keys were asked for. */
    int keys() {
        return keys.get();
    }

    void configuration(Answer answer) {
        configuration = answer;
    }

    void token(Answer answer) {
        token = answer;
    }

    String metadata(String issuer) {
        return """
                {"issuer": "%1$s", "authorization_endpoint": "%2$s/authorize", "token_endpoint": "%2$s/token",
                 "jwks_uri": "%2$s/keys", "response_types_supported": ["code"], "subject_types_supported": ["public"],
                 "id_token_signing_alg_values_supported": ["RS256"]}""".formatted(issuer, issuer());
    }

    static void json(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        try (var out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
