package io.arketic.services.judged;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Holds a judged collection in the layout of the BEIR benchmark.
 *
 * @param documents title and text by id; empty where the directory has no corpus.jsonl
 * @param questions text by id, those with a judgement only
 * @param judgements gain of each relevant document, by question; gains of zero are left out
 */
public record JudgedCollection(
        Map<String, String> documents, Map<String, String> questions, Map<String, Map<String, Integer>> judgements) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Reads {@code queries.jsonl}, {@code qrels/test.tsv} (or the only other file there) and, if it exists, {@code
     * corpus.jsonl}.
     *
     * @throws IOException naming the file and line that cannot be read
     */
    public static JudgedCollection read(Path directory) throws IOException {
        Map<String, Map<String, Integer>> judgements = judgements(qrels(directory.resolve("qrels")));
        Map<String, String> documents = new LinkedHashMap<>();
        Path corpus = directory.resolve("corpus.jsonl");
        if (Files.exists(corpus)) {
            for (JsonNode document : lines(corpus)) {
                String text = document.path("title").asText() + "\n\n"
                        + document.path("text").asText();
                documents.put(id(corpus, document), text.strip());
            }
        }
        Map<String, String> questions = new LinkedHashMap<>();
        Path queries = directory.resolve("queries.jsonl");
        for (JsonNode question : lines(queries)) {
            String id = id(queries, question);
            String text = question.path("text").asText();
            if (judgements.containsKey(id) && !text.isBlank()) {
                questions.put(id, text);
            }
        }
        return new JudgedCollection(documents, questions, judgements);
    }

    /** Measures a ranking of documents for a question. */
    public Measures measure(String question, List<String> ranking) {
        return Measures.of(judgements.getOrDefault(question, Map.of()), ranking);
    }

    /** Reads a file with one JSON object a line. */
    public static List<JsonNode> lines(Path file) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        int number = 0;
        // Texts hold other line separators, which readAllLines would split at.
        for (String line : Files.readString(file).split("\n")) {
            number++;
            if (!line.isBlank()) {
                try {
                    lines.add(JSON.readTree(line));
                } catch (JsonProcessingException e) {
                    throw new IOException(file + " has no JSON in line " + number, e);
                }
            }
        }
        return lines;
    }

    private static String id(Path file, JsonNode line) throws IOException {
        String id = line.path("_id").asText();
        if (id.isEmpty()) {
            throw new IOException(file + " has a line without _id");
        }
        return id;
    }

    private static Path qrels(Path directory) throws IOException {
        Path test = directory.resolve("test.tsv");
        if (Files.exists(test)) {
            return test;
        }
        try (Stream<Path> files = Files.isDirectory(directory) ? Files.list(directory) : Stream.empty()) {
            List<Path> others =
                    files.filter(file -> file.toString().endsWith(".tsv")).toList();
            if (others.size() == 1) {
                return others.get(0);
            }
        }
        throw new NoSuchFileException(test.toString());
    }

    private static Map<String, Map<String, Integer>> judgements(Path file) throws IOException {
        Map<String, Map<String, Integer>> judgements = new HashMap<>();
        String[] lines = Files.readString(file).split("\n");
        for (int i = 1; i < lines.length; i++) {
            if (lines[i].isBlank()) {
                continue;
            }
            String[] columns = lines[i].strip().split("\t");
            int gain;
            try {
                gain = Integer.parseInt(columns[2]);
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                throw new IOException(
                        file + " has no question, document and whole number, with tabs between, in line " + (i + 1), e);
            }
            if (gain > 0) {
                judgements
                        .computeIfAbsent(columns[0], question -> new HashMap<>())
                        .put(columns[1], gain);
            }
        }
        return judgements;
    }
}
