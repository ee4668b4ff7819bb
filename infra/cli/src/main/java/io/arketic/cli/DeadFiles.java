package io.arketic.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What died in a knowledge base, and why, as the API tells it. */
final class DeadFiles {

    private final ApiClient api;
    private final String path;

    DeadFiles(ApiClient api, UUID knowledgeBase) {
        this.api = api;
        this.path = "knowledge-bases/" + knowledgeBase + "/ingestion";
    }

    /** The sum that must hold, then each reason with its advice. */
    List<String> describe() throws IOException, InterruptedException {
        return describe(api.get(path));
    }

    static List<String> describe(JsonNode progress) {
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
        return lines;
    }

    /** Returns how many are looked at again. */
    int retry(String reason) throws IOException, InterruptedException {
        return api.post(path + "/retry", Map.of("reason", reason))
                .path("retried")
                .asInt();
    }
}
