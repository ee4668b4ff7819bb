package io.arketic.cli.reindex;

import com.fasterxml.jackson.databind.JsonNode;
import io.arketic.cli.terminal.Terminal;
import java.time.Duration;

/** Formats the progress of a generation as one line with a bar. */
final class GenerationProgress {

    private static final int WIDTH = 24;

    private GenerationProgress() {}

    static String describe(JsonNode generation) {
        long documents = generation.path("documents").asLong();
        long done = generation.path("documents_done").asLong();
        int filled = documents == 0 ? WIDTH : (int) (WIDTH * done / documents);
        var line = new StringBuilder("[")
                .append("#".repeat(filled))
                .append(".".repeat(WIDTH - filled))
                .append("] ")
                .append(done)
                .append('/')
                .append(documents)
                .append(" documents · ")
                .append(generation.path("chunks").asLong())
                .append(" chunks, ")
                .append(generation.path("chunks_reused").asLong())
                .append(" reused");
        if (generation.hasNonNull("problem")) {
            line.append(" · ").append(generation.path("problem").asText());
        } else if (done < documents) {
            line.append(" · ")
                    .append(generation.path("documents_per_minute").asLong())
                    .append("/min");
            if (generation.hasNonNull("eta_seconds")) {
                Duration left =
                        Duration.ofSeconds(generation.path("eta_seconds").asLong());
                line.append(" · ").append(Terminal.duration(left)).append(" left");
            }
        }
        return line.toString();
    }
}
