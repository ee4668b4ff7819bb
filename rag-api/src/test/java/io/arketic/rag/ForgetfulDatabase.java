package io.arketic.rag;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands before the database and breaks one connection: when a transaction that contains a certain text has committed, and
 * before its client hears of it.
 */
final class ForgetfulDatabase implements AutoCloseable {

    private final ServerSocket entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final URI database;
    private final String text;
    private final String later;
    private final AtomicBoolean forgot = new AtomicBoolean();
    private final AtomicInteger laters = new AtomicInteger();

    /** @param later is counted in what clients send after the broken connection */
    ForgetfulDatabase(String url, String text, String later) throws IOException {
        this.database = URI.create(url.substring("jdbc:".length()));
        this.text = text;
        this.later = later;
        start(this::accept);
    }

    String url() {
        String address = "jdbc:postgresql://127.0.0.1:" + entrance.getLocalPort() + database.getPath();
        return database.getQuery() == null ? address : address + "?" + database.getQuery();
    }

    int laters() {
        return laters.get();
    }

    private void accept() {
        while (!entrance.isClosed()) {
            try {
                Socket client = entrance.accept();
                Socket server = new Socket(database.getHost(), database.getPort());
                AtomicBoolean watched = new AtomicBoolean();
                start(() -> pass(client, server, bytes -> {
                    if (forgot.get()) {
                        laters.addAndGet(bytes.contains(later) ? 1 : 0);
                    } else if (bytes.contains(text)) {
                        watched.set(true);
                    }
                    return true;
                }));
                start(() -> pass(
                        server,
                        client,
                        bytes -> !(watched.get() && bytes.contains("COMMIT\0") && forgot.compareAndSet(false, true))));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private interface Look {
        /** Returns whether the bytes pass; the connection breaks otherwise. */
        boolean at(String bytes);
    }

    private static void pass(Socket from, Socket to, Look look) {
        byte[] bytes = new byte[64 << 10];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                if (!look.at(new String(bytes, 0, read, StandardCharsets.ISO_8859_1))) {
                    return;
                }
                out.write(bytes, 0, read);
            }
        } catch (IOException broken) {
            // for both
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "forgetful-database");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        entrance.close();
    }
}
