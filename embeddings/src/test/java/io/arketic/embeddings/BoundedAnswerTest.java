package io.arketic.embeddings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The endpoint answers with a head, and then with one byte after another without an end. */
@Timeout(60)
class BoundedAnswerTest {

    private final HttpClient client = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch left = new CountDownLatch(1);
    private HttpServer endpoint;

    @BeforeEach
    void start() throws Exception {
        endpoint = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        endpoint.setExecutor(threads);
        endpoint.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            begun.countDown();
            try {
                while (!Thread.currentThread().isInterrupted()) {
                    exchange.getResponseBody().write(' ');
                    exchange.getResponseBody().flush();
                    left.await(5, TimeUnit.MILLISECONDS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (IOException gone) {
                left.countDown();
            }
        });
        endpoint.start();
    }

    @AfterEach
    void stop() {
        endpoint.stop(0);
        threads.shutdownNow();
    }

    @Test
    void anAnswerWithoutAnEndIsLeft() throws Exception {
        assertThatThrownBy(() -> BoundedAnswer.of(client, request(), Duration.ofMillis(300), 1 << 20))
                .isInstanceOf(HttpTimeoutException.class);
        left.await();
    }

    @Test
    void anAnswerThatIsTooLongIsLeft() throws Exception {
        assertThatThrownBy(() -> BoundedAnswer.of(client, request(), Duration.ofSeconds(50), 10))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("longer than 10 bytes");
        left.await();
    }

    @Test
    void anInterruptEndsWaitingForTheBody() throws Exception {
        Thread waiting = Thread.currentThread();
        threads.execute(() -> {
            try {
                begun.await();
                waiting.interrupt();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertThatThrownBy(() -> BoundedAnswer.of(client, request(), Duration.ofSeconds(50), 1 << 20))
                .isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
        left.await();
    }

    private HttpRequest request() {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + endpoint.getAddress().getPort()))
                .build();
    }
}
