package io.arketic.rag.operations;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Readiness, as {@code servedRequests}: a request over a new connection to the port of users is answered in time. The
 * management port has threads of its own, and says nothing about that.
 */
@Component
class ServedRequestsHealthIndicator extends AbstractHealthIndicator {

    /** Passes the connection, the threads and the filters that every request passes, and reads nothing. */
    private static final String PATH = "/api/v1/auth/me";

    private static final int ANSWER = 401;
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final ServerProperties server;
    private volatile int port;

    ServedRequestsHealthIndicator(ServerProperties server) {
        super("Requests are not answered");
        this.server = server;
    }

    @EventListener
    void started(WebServerInitializedEvent started) {
        if (started.getApplicationContext().getServerNamespace() == null) {
            port = started.getWebServer().getPort();
        }
    }

    @Override
    protected void doHealthCheck(Health.Builder health) throws IOException {
        int status = port == 0 ? 0 : ask();
        if (status == ANSWER) {
            health.up();
        } else {
            health.down().withDetail("status", status);
        }
    }

    private int ask() throws IOException {
        HttpURLConnection request = (HttpURLConnection)
                URI.create("http://" + host() + ":" + port + PATH).toURL().openConnection();
        request.setConnectTimeout((int) PATIENCE.toMillis());
        request.setReadTimeout((int) PATIENCE.toMillis());
        request.setRequestProperty("Connection", "close");
        try {
            int status = request.getResponseCode();
            try (InputStream body = request.getErrorStream()) {
                if (body != null) {
                    body.readAllBytes();
                }
            }
            return status;
        } finally {
            request.disconnect();
        }
    }

    private String host() {
        @Nullable InetAddress address = server.getAddress();
        if (address == null || address.isAnyLocalAddress()) {
            return "127.0.0.1";
        }
        String host = address.getHostAddress();
        return host.indexOf(':') < 0 ? host : "[" + host + "]";
    }
}
