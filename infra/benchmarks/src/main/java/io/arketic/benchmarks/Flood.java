package io.arketic.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Sends the same expensive request of one user over many connections repeatedly, until closed. */
final class Flood implements AutoCloseable {

    /** Holds the request. */
    record Call(URI address, String type, byte[] body) {}

    private static final int AFTER_A_REFUSAL = 250;

    private final Call call;
    private final String token;
    private final List<Thread> threads = new ArrayList<>();
    private final Set<HttpURLConnection> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private volatile boolean over;

    private Flood(Call call, String token) {
        this.call = call;
        this.token = token;
    }

    static Flood begin(Call call, String token, int connections) {
        Flood flood = new Flood(call, token);
        for (int i = 0; i < connections; i++) {
            Thread thread = new Thread(flood::repeat, "flood");
            thread.setDaemon(true);
            flood.threads.add(thread);
            thread.start();
        }
        return flood;
    }

    int answered() {
        return answered.get();
    }

    int refused() {
        return refused.get();
    }

    private void repeat() {
        while (!over) {
            try {
                int status = send();
                if (status == 429) {
                    refused.incrementAndGet();
                    TimeUnit.MILLISECONDS.sleep(AFTER_A_REFUSAL);
                } else {
                    answered.incrementAndGet();
                }
            } catch (IOException | RuntimeException broken) {
                // By the end of the flood, or by a server that cuts it off; a connection closed meanwhile throws
                // anything.
            } catch (InterruptedException ended) {
                return;
            }
        }
    }

    private int send() throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) call.address().toURL().openConnection();
        open.add(connection);
        try {
            connection.setRequestMethod("POST");
            connection.setDoOutput(true);
            connection.setRequestProperty("Authorization", "Bearer " + token);
            connection.setRequestProperty("Content-Type", call.type());
            connection.setFixedLengthStreamingMode(call.body().length);
            try (OutputStream out = connection.getOutputStream()) {
                out.write(call.body());
            }
            int status = connection.getResponseCode();
            try (InputStream in = status / 100 == 2 ? connection.getInputStream() : connection.getErrorStream()) {
                if (in != null) {
                    in.readAllBytes();
                }
            }
            return status;
        } finally {
            open.remove(connection);
        }
    }

    /** Ends, without waiting for answers. */
    @Override
    public void close() throws InterruptedException {
        over = true;
        threads.forEach(Thread::interrupt);
        open.forEach(HttpURLConnection::disconnect);
        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(30));
        }
    }
}
