package io.arketic.benchmarks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Asks a chat with streamed answers. */
record Conversation(ApiClient client, String id) {

    private static final String FIRST_TOKEN = "event:token";
    private static final String DONE = "event:done";

    String path(String rest) {
        return "/chats/" + id + rest;
    }

    /**
     * Returns the milliseconds from the question to the first token, after reading the whole answer.
     *
     * @throws IOException when it does not become whole
     */
    double ask(String question) throws IOException {
        ObjectNode body = client.object().put("content", question);
        long start = System.nanoTime();
        double first = 0;
        boolean done = false;
        StringBuilder all = new StringBuilder();
        try (var lines = new BufferedReader(
                new InputStreamReader(client.events(path("/messages"), body), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (first == 0 && line.equals(FIRST_TOKEN)) {
                    first = (System.nanoTime() - start) / 1e6;
                }
                done |= line.equals(DONE);
                all.append(line).append('\n');
            }
        }
        if (!done || first == 0) {
            throw new IOException("an answer did not become whole:\n" + all);
        }
        return first;
    }
}
