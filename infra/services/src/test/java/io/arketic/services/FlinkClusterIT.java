package io.arketic.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.arketic.services.ServiceException.Reason;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.Test;

class FlinkClusterIT {

    @Test
    void anEmptyClusterAnswersAndComesBackAfterKills() throws Exception {
        try (FlinkCluster cluster = Fixtures.flink(Map.of("ARKETIC_EXAMPLE", "value"))) {
            FlinkRest rest = cluster.rest();
            assertThat(rest.overview()).isEqualTo(new FlinkRest.Overview(1, 5, 5));
            assertThat(rest.jobs()).isEmpty();
            assertThat(environment(cluster.taskManagerPid()))
                    .as("settings travel inside the jobs")
                    .noneMatch(variable -> variable.startsWith("ARKETIC_"));
            assertOnlyHoldersOfTheKeyAreServed(cluster);
            assertThat(HttpClient.newHttpClient()
                            .send(
                                    HttpRequest.newBuilder(cluster.metrics()).build(),
                                    HttpResponse.BodyHandlers.ofString())
                            .body())
                    .contains("flink_");

            cluster.killTaskManager();
            cluster.startTaskManager();
            cluster.killJobManager();
            assertThatThrownBy(rest::overview)
                    .isInstanceOfSatisfying(
                            ServiceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_READY));
            cluster.startJobManager();
            assertThat(rest.jobs()).isEmpty();
        }
    }

    /**
     * Checks that neither reading nor submitting is possible, by upload or as a job graph, with or without TLS, without
     * the cluster's key.
     */
    private static void assertOnlyHoldersOfTheKeyAreServed(FlinkCluster cluster) throws Exception {
        HttpClient trusting = HttpClient.newBuilder().sslContext(trustingAll()).build();
        for (String path : List.of("/overview", "/jars/upload", "/jobs")) {
            URI address = cluster.rest().address().resolve(path);
            assertThatThrownBy(() -> trusting.send(request(address), HttpResponse.BodyHandlers.ofString()))
                    .as("without the key: " + address)
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(HttpTimeoutException.class);
            URI clear = URI.create("http://" + address.getAuthority() + path);
            assertThat(trusting.send(request(clear), HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .as("in the clear: " + clear)
                    .isBetween(300, 399);
        }
    }

    private static HttpRequest request(URI address) {
        return HttpRequest.newBuilder(address)
                .header("Origin", "http://attacker.example")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .timeout(Duration.ofSeconds(30))
                .build();
    }

    private static SSLContext trustingAll() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                null,
                new TrustManager[] {
                    new X509ExtendedTrustManager() {
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
                },
                null);
        return context;
    }

    @Test
    void flinksOwnRefusalsAreTold() throws Exception {
        try (FlinkCluster cluster = Fixtures.flink(Map.of())) {
            assertThatThrownBy(() -> cluster.rest().run("absent.jar", "Main", List.of()))
                    .isInstanceOfSatisfying(
                            ServiceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REFUSED))
                    .hasMessageContaining("absent.jar");
            assertThatThrownBy(() -> cluster.rest().job("00000000000000000000000000000000"))
                    .isInstanceOfSatisfying(
                            ServiceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REFUSED));
        }
    }

    private static List<String> environment(long pid) throws Exception {
        return List.of(java.nio.file.Files.readString(java.nio.file.Path.of("/proc/" + pid + "/environ"))
                .split("\0", -1));
    }
}
