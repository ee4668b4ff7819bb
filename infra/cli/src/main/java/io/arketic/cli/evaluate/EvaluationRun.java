package io.arketic.cli.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.arketic.cli.terminal.CommandException;
import io.arketic.services.judged.Measures;
import io.arketic.services.judged.PairedTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Holds the measurements of one run.
 *
 * @param at when, in ISO 8601
 * @param modes measures of each question, by mode and question
 */
record EvaluationRun(String at, Map<String, Map<String, Measures>> modes) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Compares a measure with that of another run, over the questions of both.
     *
     * @param p the probability that chance alone makes such a difference
     */
    record Difference(double by, double p, int questions) {}

    Measures average(String mode) {
        return Measures.average(measures(mode).values());
    }

    int questions(String mode) {
        return measures(mode).size();
    }

    /** Returns null if the runs have no common question of the mode. */
    @Nullable
    Difference against(EvaluationRun earlier, String mode, Measure measure) {
        Map<String, Measures> before = earlier.measures(mode);
        Map<String, Measures> now = measures(mode);
        List<String> both = now.keySet().stream().filter(before::containsKey).toList();
        if (both.isEmpty()) {
            return null;
        }
        double[] former = values(before, both, measure);
        double[] latter = values(now, both, measure);
        double by = 0;
        for (int i = 0; i < former.length; i++) {
            by += (latter[i] - former[i]) / former.length;
        }
        return new Difference(by, PairedTest.p(former, latter), both.size());
    }

    private static double[] values(Map<String, Measures> measures, List<String> questions, Measure measure) {
        return questions.stream()
                .map(measures::get)
                .mapToDouble(one -> one == null ? 0 : measure.of(one))
                .toArray();
    }

    private Map<String, Measures> measures(String mode) {
        return modes.getOrDefault(mode, Map.of());
    }

    /** Reads a run; empty if there is no file. */
    static Optional<EvaluationRun> load(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            JsonNode run = JSON.readTree(Files.readString(file));
            Map<String, Map<String, Measures>> modes = new LinkedHashMap<>();
            run.get("modes").properties().forEach(mode -> {
                Map<String, Measures> questions = new LinkedHashMap<>();
                mode.getValue().properties().forEach(question -> {
                    JsonNode values = question.getValue();
                    questions.put(
                            question.getKey(),
                            new Measures(
                                    values.get(0).asDouble(),
                                    values.get(1).asDouble(),
                                    values.get(2).asDouble(),
                                    values.get(3).asDouble()));
                });
                modes.put(mode.getKey(), questions);
            });
            return Optional.of(new EvaluationRun(run.path("at").asText(), modes));
        } catch (IOException | NullPointerException unreadable) {
            throw CommandException.failed(file + " is no run of this command; delete it");
        }
    }

    /** Replaces the file atomically: a reader sees the whole former run or the whole new one. */
    void save(Path file) throws IOException {
        ObjectNode run = JSON.createObjectNode().put("at", at);
        ObjectNode written = run.putObject("modes");
        modes.forEach((mode, questions) -> {
            ObjectNode of = written.putObject(mode);
            questions.forEach((question, measures) -> {
                ArrayNode values = of.putArray(question);
                for (Measure measure : Measure.values()) {
                    values.add(measure.of(measures));
                }
            });
        });
        Path draft = file.resolveSibling(file.getFileName() + ".draft");
        Files.writeString(draft, JSON.writeValueAsString(run));
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
