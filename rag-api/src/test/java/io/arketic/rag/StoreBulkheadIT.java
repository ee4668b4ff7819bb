package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests that one tenant that waits for the store holds only its share of uploads, and the others are served. */
@Timeout(120)
class StoreBulkheadIT extends BulkheadTenants {

    @Test
    void filesForAStoreThatHangsLeavePlacesToOthers() throws Exception {
        meet(RunningApi.shared());
        String there = base(attacker, Map.of("name", "Files"));
        try (HeldEndpoint store = new HeldEndpoint();
                RunningApi own = api.beside(over(store))) {
            String documents = "/api/v1/knowledge-bases/" + there + "/documents";
            List<CompletableFuture<HttpResponse<String>>> waiting = IntStream.range(0, SHARE)
                    .mapToObj(number -> upload(own, documents, "file-" + number))
                    .toList();
            store.awaitCalls(SHARE);
            refusedByTheHead(
                    () -> upload(own, documents, "one-more").join(), "http://127.0.0.1:" + own.port() + documents);
            assertOthersAreServed(own);
            assertThat(waiting).noneMatch(CompletableFuture::isDone);
            store.close();
            assertThat(waiting)
                    .allSatisfy(upload -> assertThat(upload.join().statusCode()).isEqualTo(503));
        }
    }

    /** Checks that removals wait for the store like uploads, and count with them. */
    @Test
    void removalsFromAStoreThatHangsLeavePlacesToOthers() throws Exception {
        meet(RunningApi.shared());
        String there = base(attacker, Map.of("name", "Removed"));
        List<String> documents = new ArrayList<>();
        for (int i = 0; i <= SHARE; i++) {
            documents.add("/api/v1/knowledge-bases/" + there + "/documents/"
                    + IndexedText.put(api, attacker.owner().api(), there, "removed-" + i + ".txt", "A text."));
        }
        try (HeldEndpoint store = new HeldEndpoint();
                RunningApi own = api.beside(over(store))) {
            String address = "http://127.0.0.1:" + own.port();
            List<CompletableFuture<HttpResponse<String>>> waiting = documents.stream()
                    .limit(SHARE)
                    .map(document -> delete(address + document))
                    .toList();
            store.awaitCalls(SHARE);
            refused(delete(address + documents.get(SHARE)).join());
            assertOthersAreServed(own);
            assertThat(waiting).noneMatch(CompletableFuture::isDone);
            store.close();
            assertThat(waiting)
                    .allSatisfy(
                            removal -> assertThat(removal.join().statusCode()).isEqualTo(503));
        }
    }

    /** Reads files more slowly than a place of downloads allows while others need it, but faster than the least rate. */
    @Test
    void aSlowReaderLosesItsPlaceWhenAnotherDownloadNeedsIt() throws Exception {
        meet(RunningApi.shared());
        try (RunningApi own = api.beside(settings())) {
            String stored = upload(own, "/api/v1" + attacker.path() + "/documents", "large.txt", "x".repeat(24 << 20))
                    .join()
                    .body();
            String file = "http://127.0.0.1:" + own.port() + "/api/v1/documents/"
                    + JSON.readTree(stored).path("items").get(0).path("id").stringValue() + "/content";
            List<Socket> slow = new ArrayList<>();
            AtomicBoolean over = new AtomicBoolean();
            try {
                for (int reader = 0; reader < SHARE; reader++) {
                    Socket socket = new Socket();
                    socket.setReceiveBufferSize(4096);
                    socket.connect(new InetSocketAddress("127.0.0.1", own.port()));
                    socket.getOutputStream()
                            .write(("GET " + URI.create(file).getPath()
                                            + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
                                            + attacker.owner().api().token() + "\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
                    slow.add(socket);
                }
                Thread readers = new Thread(() -> readSlowly(slow, over), "slow-readers");
                readers.start();
                awaitMetric(own, "arketic_bulkhead_under_way{kind=\"downloads\"}", SHARE);
                HttpResponse<Void> first = download(file);
                refused(first);
                HttpResponse<Void> last = first;
                Instant deadline = Instant.now().plus(Duration.ofSeconds(60));
                while (last.statusCode() == 429 && Instant.now().isBefore(deadline)) {
                    last = download(file);
                }
                assertThat(last.statusCode()).isEqualTo(200);
            } finally {
                over.set(true);
                for (Socket socket : slow) {
                    socket.close();
                }
            }
            awaitMetric(own, "arketic_bulkhead_under_way{kind=\"downloads\"}", 0);
        }
    }

    private HttpResponse<Void> download(String file) throws Exception {
        return http.send(request(file).build(), BodyHandlers.discarding());
    }

    /** Reads about 64 KiB a second from each, until it is over. */
    private static void readSlowly(List<Socket> sockets, AtomicBoolean over) {
        byte[] some = new byte[16 << 10];
        while (!over.get()) {
            for (Socket socket : sockets) {
                try {
                    socket.getInputStream().readNBytes(some, 0, some.length);
                } catch (IOException ended) {
                    // was cut
                }
            }
            LockSupport.parkNanos(Duration.ofMillis(250).toNanos());
        }
    }

    private CompletableFuture<HttpResponse<String>> delete(String address) {
        return http.sendAsync(request(address).DELETE().build(), BodyHandlers.ofString());
    }

    private static Map<String, Object> over(HeldEndpoint store) {
        Map<String, Object> settings = new HashMap<>(settings());
        settings.put("arketic.store.endpoint", store.address());
        return settings;
    }

    private CompletableFuture<HttpResponse<String>> upload(RunningApi there, String path, String name) {
        return upload(there, path, name, "A text.");
    }

    private CompletableFuture<HttpResponse<String>> upload(RunningApi there, String path, String name, String text) {
        String boundary = "boundary-" + UUID.randomUUID();
        String body = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"files\"; filename=\"" + name
                + "\"\r\nContent-Type: text/plain\r\n\r\n" + text + "\r\n--" + boundary + "--\r\n";
        return http.sendAsync(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + there.port() + path))
                        .header(
                                "Authorization",
                                "Bearer " + attacker.owner().api().token())
                        .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }
}
