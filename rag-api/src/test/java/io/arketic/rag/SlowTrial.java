package io.arketic.rag;

import io.arketic.rag.Team.Person;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Tries a step over a connection of its own, which can be closed before there is an answer. */
final class SlowTrial {

    private final Socket socket;

    SlowTrial(RunningApi api, Person by, String path) {
        String body = "{\"input\": {}}";
        try {
            socket = new Socket("127.0.0.1", api.port());
            socket.getOutputStream()
                    .write(("POST /api/v1" + path + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
                                    + by.api().token() + "\r\nContent-Type: application/json\r\nContent-Length: "
                                    + body.length() + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.US_ASCII));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Returns whether an answer has come, which is a refusal while the called server is silent. */
    boolean isRefused() {
        try {
            return socket.getInputStream().available() > 0;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    void leave() {
        try {
            socket.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
