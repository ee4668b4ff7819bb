package io.arketic.cli.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Stands before a store and answers each request for the bytes of one object with an error of the server. */
final class BrokenObjectProxy implements AutoCloseable {

    private static final byte[] BROKEN =
            "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final URI store;
    private final String broken;

    BrokenObjectProxy(String store, String key) throws IOException {
        this.store = URI.create(store);
        this.broken = key;
        daemon(this::accept);
    }

    String address() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Socket behind = new Socket(store.getHost(), store.getPort());
                daemon(() -> forward(client, behind, true));
                daemon(() -> forward(behind, client, false));
            } catch (IOException e) {
                // It is closed, or the store has gone; the client sees a connection that ends.
            }
        }
    }

    /** A request begins with a packet of its own: the client waits for each answer. */
    private void forward(Socket from, Socket to, boolean requests) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[1 << 16];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                String line = new String(buffer, 0, Math.min(read, 400), StandardCharsets.ISO_8859_1);
                if (requests
                        && line.startsWith("GET ")
                        && line.lines().findFirst().orElse("").contains(broken)) {
                    from.getOutputStream().write(BROKEN);
                    return;
                }
                out.write(buffer, 0, read);
                out.flush();
            }
        } catch (IOException e) {
            // One side has ended; so does the other.
        }
    }

    private static void daemon(Runnable work) {
        var thread = new Thread(work, "broken object");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
