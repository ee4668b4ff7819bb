package io.arketic.cli.file;

import com.fasterxml.jackson.databind.JsonNode;
import io.arketic.cli.api.ApiClient;
import io.arketic.cli.api.ApiException;
import io.arketic.cli.terminal.CommandException;
import io.arketic.cli.terminal.Terminal;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Shows the dead files of a knowledge base with the API's reasons, and retries them. */
public final class DeadFiles {

    private static final Duration POLL = Duration.ofSeconds(1);

    private static final int UNPROCESSABLE = 422;

    private final ApiClient api;
    private final String path;

    public DeadFiles(ApiClient api, UUID knowledgeBase) {
        this.api = api;
        this.path = "knowledge-bases/" + knowledgeBase + "/ingestion";
    }

    /** Returns the ledger's sum, then each reason with its advice. */
    List<String> describe() throws IOException, InterruptedException {
        return describe(api.get(path));
    }

    public static List<String> describe(JsonNode progress) {
        List<String> lines = new ArrayList<>();
        lines.add(progress.path("dropped").asLong() + " dropped = "
                + progress.path("terminal").asLong() + " terminal + "
                + progress.path("in_flight").asLong() + " in flight");
        for (JsonNode failure : progress.path("failures")) {
            lines.add("%5d %-24s %s"
                    .formatted(
                            failure.path("count").asLong(),
                            failure.path("reason").asText(),
                            failure.path("advice").asText()));
        }
        for (JsonNode parked : progress.path("parked")) {
            lines.add("%5d %-24s parked, tried again automatically: %s"
                    .formatted(
                            parked.path("count").asLong(),
                            parked.path("reason").asText(),
                            parked.path("advice").asText()));
        }
        for (JsonNode warning : progress.path("warnings")) {
            lines.add("%5d %-24s indexed in part: %s"
                    .formatted(
                            warning.path("documents").asLong(),
                            warning.path("kind").asText(),
                            warning.path("advice").asText()));
        }
        for (JsonNode kept : progress.path("kept_as_read")) {
            lines.add("%5d %-24s indexed; could not be read again, so the earlier text stays"
                    .formatted(kept.path("count").asLong(), kept.path("reason").asText()));
        }
        return lines;
    }

    /**
     * Returns how many files are tried again.
     *
     * @throws CommandException for a reason that no file dies of
     */
    public int retry(String reason) throws IOException, InterruptedException {
        try {
            return api.post(path + "/retry", Map.of("reason", reason))
                    .path("retried")
                    .asInt();
        } catch (ApiException refused) {
            if (refused.status() == UNPROCESSABLE) {
                throw CommandException.unusable("--retry: " + refused.getMessage());
            }
            throw refused;
        }
    }

    /**
     * Reads indexed files again that were last read before a moment, in batches: the next batch opens after the
     * previous one has ended, so that new files have their turn meanwhile.
     *
     * @param warning only files with a warning of this kind
     */
    public void reextract(Terminal terminal, Instant readBefore, @Nullable String warning)
            throws IOException, InterruptedException {
        long total = 0;
        int opened = open(readBefore, warning);
        while (opened > 0) {
            total += opened;
            long inFlight = inFlight();
            while (inFlight > 0) {
                terminal.progress(total + " files opened, " + inFlight + " in flight");
                TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
                inFlight = inFlight();
            }
            opened = open(readBefore, warning);
        }
        terminal.finishProgress(total + " files were read again.");
    }

    private int open(Instant readBefore, @Nullable String warning) throws IOException, InterruptedException {
        Map<String, String> request = new TreeMap<>(Map.of("read_before", readBefore.toString()));
        if (warning != null) {
            request.put("warning", warning);
        }
        return api.post(path + "/reextract", request).path("opened").asInt();
    }

    private long inFlight() throws IOException, InterruptedException {
        return api.get(path).path("in_flight").asLong();
    }
}
