package io.arketic.rag;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/** Plays a language model that begins its answer at once and ends it on command. */
final class PacedModel implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");
    private static final int PATIENCE_SECONDS = 60;

    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Semaphore called = new Semaphore(0);
    private final Semaphore told = new Semaphore(0);
    private final String beginning;
    private final String end;

    PacedModel(String beginning, String end) throws IOException {
        this.beginning = beginning;
        this.end = end;
        Thread thread = new Thread(this::serve, "paced-model");
        thread.setDaemon(true);
        thread.start();
    }

    String address() {
        return "http://127.0.0.1:" + socket.getLocalPort() + "/v1";
    }

    /** Returns each call once. */
    void awaitCall() throws InterruptedException {
        if (!called.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("The model was not asked");
        }
    }

    boolean wasCalledAgain() {
        return called.tryAcquire();
    }

    /** Ends the answer of one call, also of a future one. */
    void end() {
        told.release();
    }

    private void serve() {
        while (!socket.isClosed()) {
            try {
                Socket connection = socket.accept();
                Thread thread = new Thread(() -> answer(connection), "paced-answer");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void answer(Socket connection) {
        try (connection) {
            readRequest(connection.getInputStream());
            say(
                    connection,
                    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
                            + piece(beginning));
            called.release();
            told.acquire();
            say(connection, piece(end) + "data: [DONE]\n\n");
        } catch (IOException | InterruptedException left) {
            // by the caller
        }
    }

    /**
     * Reads it completely: closing a connection over unread bytes resets it, and the caller may lose the end of the
     * answer.
     */
    private static void readRequest(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("The caller left within the head");
            }
            head.append((char) next);
        }
        Matcher length = LENGTH.matcher(head);
        if (!length.find()) {
            throw new IOException("The request has no length");
        }
        in.skipNBytes(Long.parseLong(length.group(1)));
    }

    private static void say(Socket connection, String text) throws IOException {
        connection.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        connection.getOutputStream().flush();
    }

    private static String piece(String text) {
        return "data: {\"choices\":[{\"delta\":{\"content\":" + JSON.writeValueAsString(text) + "}}]}\n\n";
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
