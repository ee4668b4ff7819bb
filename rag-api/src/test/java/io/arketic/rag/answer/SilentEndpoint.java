package io.arketic.rag.answer;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

/** Takes one call and never ends its answer, until the caller closes the connection. */
public final class SilentEndpoint implements AutoCloseable {

    private static final String BEGINNING = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
            + "data: {\"choices\":[{\"delta\":{\"content\":\"Every \"}}]}\n\n";

    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final CountDownLatch called = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final boolean speaking;

    /** @param speaking whether it begins an answer, or does not even send the head of one */
    public SilentEndpoint(boolean speaking) throws IOException {
        this.speaking = speaking;
        Thread thread = new Thread(this::serve, "silent-endpoint");
        thread.setDaemon(true);
        thread.start();
    }

    public String address() {
        return "http://127.0.0.1:" + socket.getLocalPort() + "/v1";
    }

    public void awaitCall() throws InterruptedException {
        called.await();
    }

    public void awaitClosed() throws InterruptedException {
        closed.await();
    }

    private void serve() {
        try (Socket connection = socket.accept()) {
            InputStream in = connection.getInputStream();
            in.read();
            if (speaking) {
                connection.getOutputStream().write(BEGINNING.getBytes(StandardCharsets.UTF_8));
                connection.getOutputStream().flush();
            }
            called.countDown();
            while (in.read() >= 0) {
                // the rest of the request, and then nothing
            }
        } catch (IOException reset) {
            // closed, too
        }
        closed.countDown();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
