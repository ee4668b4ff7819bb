package io.arketic.rag.answer;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;

/**
 * Takes calls one after the other and never ends an answer: it continues with the next call when the caller has closed
 * the connection.
 */
public final class SilentEndpoint implements AutoCloseable {

    private static final String BEGINNING = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
            + "data: {\"choices\":[{\"delta\":{\"content\":\"Every \"}}]}\n\n";

    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Semaphore called = new Semaphore(0);
    private final Semaphore closed = new Semaphore(0);
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

    /** Forgets the calls so far, which earlier tests did not await. */
    public void forgetCalls() {
        called.drainPermits();
        closed.drainPermits();
    }

    /** Returns each call once. */
    public void awaitCall() throws InterruptedException {
        called.acquire();
    }

    /** Returns each call once whose caller closed its connection during the answer. */
    public void awaitClosed() throws InterruptedException {
        closed.acquire();
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket connection = socket.accept()) {
                answer(connection);
            } catch (IOException ended) {
                // the endpoint itself, or a call
            }
        }
    }

    private void answer(Socket connection) throws IOException {
        InputStream in = connection.getInputStream();
        in.read();
        if (speaking) {
            connection.getOutputStream().write(BEGINNING.getBytes(StandardCharsets.UTF_8));
            connection.getOutputStream().flush();
        }
        called.release();
        try {
            while (in.read() >= 0) {
                // the rest of the request, and then nothing
            }
        } catch (IOException reset) {
            // closed, too
        }
        closed.release();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
