package io.arketic.rag.operations;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Reports readiness as {@code servedRequests}: a request over a new connection to the users' port is answered in time.
 * The management port has separate threads, and says nothing about it.
 */
@Component
class ServedRequestsHealthIndicator extends AbstractHealthIndicator {

    /**
     * Names a request that passes the connection, the room for bodies, the threads and the filters of every request, and reads
     * no data.
     */
    private static final String PATH = "/api/v1/organizations";

    private static final byte[] BODY = ("{}" + " ".repeat(998)).getBytes(StandardCharsets.US_ASCII);

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
        String scheme = Ssl.isEnabled(server.getSsl()) ? "https://" : "http://";
        HttpURLConnection request = (HttpURLConnection)
                URI.create(scheme + host() + ":" + port + PATH).toURL().openConnection();
        if (request instanceof HttpsURLConnection secure) {
            secure.setSSLSocketFactory(AnyCertificate.factory());
            secure.setHostnameVerifier((name, session) -> true);
        }
        request.setConnectTimeout((int) PATIENCE.toMillis());
        request.setReadTimeout((int) PATIENCE.toMillis());
        request.setRequestProperty("Connection", "close");
        request.setRequestProperty("Content-Type", "application/json");
        request.setRequestMethod("POST");
        request.setDoOutput(true);
        request.setFixedLengthStreamingMode(BODY.length);
        try {
            try (OutputStream out = request.getOutputStream()) {
                out.write(BODY);
            }
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

    /**
     * Accepts any certificate: this process asks itself, under an address that its certificate does not name, and sends
     * no secrets.
     */
    private static final class AnyCertificate extends X509ExtendedTrustManager {

        static SSLSocketFactory factory() {
            try {
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(null, new TrustManager[] {new AnyCertificate()}, null);
                return context.getSocketFactory();
            } catch (GeneralSecurityException impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
