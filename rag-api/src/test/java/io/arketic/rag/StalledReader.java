package io.arketic.rag;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Opens a stream of events, sees its beginning, and then reads nothing for a while. */
final class StalledReader implements AutoCloseable {

    private final Socket socket = new Socket();
    private final BufferedReader lines;

    StalledReader(int port, String token, String chat) throws IOException {
        // Little room, so that the server feels soon that nothing is taken.
        socket.setReceiveBufferSize(4096);
        socket.setSoTimeout(60_000);
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        socket.getOutputStream()
                .write(("GET /api/v1" + chat + "/events HTTP/1.0\r\nHost: a\r\nAccept: text/event-stream\r\n"
                                + "Authorization: Bearer " + token + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8), 512);
    }

    void awaitReady() throws IOException {
        for (String line = lines.readLine(); !"event:ready".equals(line); line = lines.readLine()) {
            if (line == null) {
                throw new AssertionError("The stream did not begin");
            }
        }
    }

    /**
     * Returns the number of the last of this many messages, or of the last complete one if the server ended the stream.
     */
    long readMessages(int count) throws IOException {
        long last = -1;
        for (int messages = 0; messages < count; ) {
            String line = lines.readLine();
            if (line == null) {
                return last;
            }
            if (line.equals("event:message")) {
                String id = lines.readLine();
                String data = lines.readLine();
                String end = lines.readLine();
                if (id == null || data == null || end == null) {
                    return last;
                }
                long number = Long.parseLong(id.substring("id:".length()));
                if (last >= 0 && number != last + 1) {
                    throw new AssertionError(number + " came after " + last);
                }
                last = number;
                messages++;
            }
        }
        return last;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
