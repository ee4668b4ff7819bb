package io.arketic.cli.reindex;

import com.fasterxml.jackson.databind.JsonNode;
import io.arketic.cli.api.ApiClient;
import io.arketic.cli.api.ApiException;
import io.arketic.cli.terminal.CommandException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Manages the generations of a knowledge base's index over the API. */
public final class Generations {

    private final ApiClient api;
    private final String path;

    public Generations(ApiClient api, UUID knowledgeBase) {
        this.api = api;
        this.path = "knowledge-bases/" + knowledgeBase + "/reindex";
    }

    /** Returns the generation that was begun and not yet activated, or begins one with this plan. */
    public JsonNode begunOr(Map<String, ?> plan) throws IOException, InterruptedException {
        Optional<JsonNode> begun = newest(List.of("building", "ready"));
        if (begun.isPresent() && plan.isEmpty()) {
            return begun.get();
        }
        return api.post(path, plan);
    }

    /** Begins a generation like {@link #begunOr}, also if an earlier call succeeded and its answer was lost. */
    public JsonNode begun(Map<String, ?> plan) throws IOException, InterruptedException {
        try {
            return begunOr(plan);
        } catch (ApiException e) {
            if (e.status() != 409) {
                throw e;
            }
            return newest(List.of("building", "ready")).orElseThrow(() -> e);
        }
    }

    /** Switches to the generation if it is not live; returns whether it is live now. */
    public boolean switchedTo(int generation) throws IOException, InterruptedException {
        if (get(generation).path("state").asText().equals("active")) {
            return true;
        }
        return activate(generation).path("state").asText().equals("active");
    }

    JsonNode get(int generation) throws IOException, InterruptedException {
        for (JsonNode one : api.get(path).path("generations")) {
            if (one.path("generation").asInt() == generation) {
                return one;
            }
        }
        throw CommandException.failed("generation " + generation + " is gone");
    }

    public JsonNode activate(int generation) throws IOException, InterruptedException {
        return api.post(path + "/" + generation + "/activate", Map.of());
    }

    /** Goes back to an earlier generation; the live one itself stays unchanged. */
    public JsonNode rollBack(int generation) throws IOException, InterruptedException {
        return api.post(path + "/rollback", Map.of("generation", generation));
    }

    /** Returns the live generation. */
    public int active() throws IOException, InterruptedException {
        return api.get(path).path("active_generation").asInt();
    }

    /** Applies {@code verb} to the newest generation in one of these states; returns its number. */
    int end(String verb, String... states) throws IOException, InterruptedException {
        int generation = newest(List.of(states))
                .orElseThrow(() -> CommandException.failed("no generation is " + String.join(" or ", states)))
                .path("generation")
                .asInt();
        api.post(path + "/" + generation + "/" + verb, Map.of());
        return generation;
    }

    private Optional<JsonNode> newest(List<String> states) throws IOException, InterruptedException {
        for (JsonNode one : api.get(path).path("generations")) {
            if (states.contains(one.path("state").asText())) {
                return Optional.of(one);
            }
        }
        return Optional.empty();
    }
}
