package io.arketic.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends the same expensive request of one user over many connections repeatedly, until closed.
 *
 * <p>It is a process of its own with the lowest priority. An attacker has a machine of his own: his work must not take the
 * processor from the bystander whose requests are timed on this one.
 */
final class Flood implements AutoCloseable {

    /** Holds the request. */
    record Call(URI address, String type, byte[] body) {}

    private record Order(Call call, String token, int connections) {}

    private static final int AFTER_A_REFUSAL = 250;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final BufferedReader said;
    private int answered;
    private int refused;

    private Flood(Process process) {
        this.process = process;
        this.said = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts the process; returns when its connections are being opened. */
    static Flood begin(Call call, String token, int connections) throws IOException {
        Process process = new ProcessBuilder(List.of(
                        "nice",
                        "-n",
                        "19",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Flood.class.getName()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Flood flood = new Flood(process);
        process.getOutputStream().write(JSON.writeValueAsBytes(new Order(call, token, connections)));
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
        flood.said.readLine();
        return flood;
    }

    /** Returns how many requests were answered. It is known once this is closed. */
    int answered() {
        return answered;
    }

    /** Returns how many requests were refused with 429. It is known once this is closed. */
    int refused() {
        return refused;
    }

    /** Ends the process, without waiting for answers. */
    @Override
    public void close() throws IOException, InterruptedException {
        process.getOutputStream().close();
        String counts = said.readLine();
        if (!process.waitFor(30, TimeUnit.SECONDS) || counts == null) {
            process.destroyForcibly();
            throw new IOException("the process of the flood did not end");
        }
        answered = Integer.parseInt(counts.split(" ")[0]);
        refused = Integer.parseInt(counts.split(" ")[1]);
    }

    /** Reads the order from standard input, sends requests until its end, and prints the counts. */
    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Order order = JSON.readValue(in.readLine(), Order.class);
        Sender sender = new Sender(order.call(), order.token());
        for (int i = 0; i < order.connections(); i++) {
            Thread thread = new Thread(sender, "flood");
            thread.setDaemon(true);
            thread.start();
        }
        System.out.println("begun");
        while (in.readLine() != null) {
            // The end of the input ends the flood.
        }
        System.out.println(sender.answered.get() + " " + sender.refused.get());
        System.exit(0);
    }

    /** Sends the request repeatedly; each of its threads has one connection. */
    private static final class Sender implements Runnable {

        private final Call call;
        private final String token;
        private final AtomicInteger answered = new AtomicInteger();
        private final AtomicInteger refused = new AtomicInteger();

        private Sender(Call call, String token) {
            this.call = call;
            this.token = token;
        }

        @Override
        public void run() {
            while (true) {
                try {
                    int status = send();
                    if (status == 429) {
                        refused.incrementAndGet();
                        TimeUnit.MILLISECONDS.sleep(AFTER_A_REFUSAL);
                    } else {
                        answered.incrementAndGet();
                    }
                } catch (IOException cutOff) {
                    // A server may cut an attacker off; he connects again.
                } catch (InterruptedException ended) {
                    return;
                }
            }
        }

        private int send() throws IOException {
            HttpURLConnection connection =
                    (HttpURLConnection) call.address().toURL().openConnection();
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
        }
    }
}
