package io.arketic.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A judged collection in the layout of the BEIR benchmark.
 *
 * @param documents title and text by id
 * @param questions text by id, those with a judgement only
 * @param judgements gain of each relevant document, by question; gains of zero are left out
 */
record Collection(
        Map<String, String> documents, Map<String, String> questions, Map<String, Map<String, Integer>> judgements) {

    private static final ObjectMapper JSON = new ObjectMapper();

    static Collection read(Path directory) throws IOException {
        Map<String, Map<String, Integer>> judgements = judgements(directory.resolve("qrels/test.tsv"));
        Map<String, String> documents = new LinkedHashMap<>();
        for (JsonNode document : lines(directory.resolve("corpus.jsonl"))) {
            String text = document.path("title").asText() + "\n\n"
                    + document.path("text").asText();
            documents.put(document.get("_id").asText(), text.strip());
        }
        Map<String, String> questions = new LinkedHashMap<>();
        for (JsonNode question : lines(directory.resolve("queries.jsonl"))) {
            if (judgements.containsKey(question.get("_id").asText())) {
                questions.put(question.get("_id").asText(), question.get("text").asText());
            }
        }
        return new Collection(documents, questions, judgements);
    }

    /** nDCG@10 with linear gain, as trec_eval counts it. */
    double ndcg(String question, List<String> ranking) {
        Map<String, Integer> gains = judgements.getOrDefault(question, Map.of());
        double found = 0;
        for (int rank = 0; rank < Math.min(10, ranking.size()); rank++) {
            found += gains.getOrDefault(ranking.get(rank), 0) / log2(rank + 2);
        }
        List<Integer> best = new ArrayList<>(gains.values());
        best.sort((left, right) -> right - left);
        double ideal = 0;
        for (int rank = 0; rank < Math.min(10, best.size()); rank++) {
            ideal += best.get(rank) / log2(rank + 2);
        }
        return ideal == 0 ? 0 : found / ideal;
    }

    private static double log2(int value) {
        return Math.log(value) / Math.log(2);
    }

    private static Map<String, Map<String, Integer>> judgements(Path file) throws IOException {
        Map<String, Map<String, Integer>> judgements = new HashMap<>();
        String[] lines = Files.readString(file).split("\n");
        for (int i = 1; i < lines.length; i++) {
            String[] columns = lines[i].strip().split("\t");
            int gain = Integer.parseInt(columns[2]);
            if (gain > 0) {
                judgements
                        .computeIfAbsent(columns[0], question -> new HashMap<>())
                        .put(columns[1], gain);
            }
        }
        return judgements;
    }

    /** Of a file of one JSON object a line. */
    static List<JsonNode> lines(Path file) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        // Texts hold other line separators, which readAllLines would split at.
        for (String line : Files.readString(file).split("\n")) {
            if (!line.isBlank()) {
                lines.add(JSON.readTree(line));
            }
        }
        return lines;
    }
}
