package io.arketic.rag;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Answers DNS questions for TXT records (RFC 1035) on a port of the loopback. */
final class NameServer implements AutoCloseable {

    private static final int HEADER = 12;
    private static final byte[] TXT_IN = {0, 16, 0, 1};

    private final Map<String, String> records = new ConcurrentHashMap<>();
    private final DatagramSocket socket;

    NameServer() {
        try {
            socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        Thread thread = new Thread(this::serve, "name-server");
        thread.setDaemon(true);
        thread.start();
    }

    String address() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    void publish(String name, String text) {
        records.put(name, text);
    }

    private void serve() {
        byte[] buffer = new byte[512];
        while (!socket.isClosed()) {
            try {
                DatagramPacket question = new DatagramPacket(buffer, buffer.length);
                socket.receive(question);
                byte[] answer = answer(Arrays.copyOf(buffer, question.getLength()));
                socket.send(new DatagramPacket(answer, answer.length, question.getSocketAddress()));
            } catch (IOException closed) {
                // The loop ends with the socket.
            }
        }
    }

    private byte[] answer(byte[] question) {
        StringBuilder name = new StringBuilder();
        int at = HEADER;
        while (question[at] != 0) {
            name.append(name.isEmpty() ? "" : ".")
                    .append(new String(question, at + 1, question[at], StandardCharsets.US_ASCII));
            at += question[at] + 1;
        }
        String text = records.get(name.toString().toLowerCase(java.util.Locale.ROOT));
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        answer.write(question, 0, 2);
        // An authoritative answer; the code 3 says that the name does not exist.
        answer.writeBytes(new byte[] {(byte) 0x84, (byte) (text == null ? 3 : 0)});
        answer.writeBytes(new byte[] {0, 1, 0, (byte) (text == null ? 0 : 1), 0, 0, 0, 0});
        answer.write(question, HEADER, at + 5 - HEADER);
        if (text != null) {
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            answer.writeBytes(new byte[] {(byte) 0xc0, HEADER});
            answer.writeBytes(TXT_IN);
            answer.writeBytes(new byte[] {0, 0, 0, 0, 0, (byte) (bytes.length + 1), (byte) bytes.length});
            answer.writeBytes(bytes);
        }
        return answer.toByteArray();
    }

    @Override
    public void close() {
        socket.close();
    }
}
