package io.arketic.cli.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import io.arketic.cli.api.ApiClient;
import io.arketic.services.judged.JudgedCollection;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Maps documents of a knowledge base to those of the collection. A file of {@link EvaluationBase} has its place in the
 * corpus as name; any other has the id as its path, its name, or its name without the extension.
 */
final class JudgedDocuments {

    /** Names the folder of a knowledge base that holds a corpus. */
    static final String FOLDER = "corpus/";

    private final Map<String, String> byDocument = new HashMap<>();

    private JudgedDocuments() {}

    /** Reads the whole list of the knowledge base. */
    static JudgedDocuments of(ApiClient api, UUID knowledgeBase, JudgedCollection collection)
            throws IOException, InterruptedException {
        List<String> corpus = List.copyOf(collection.documents().keySet());
        Set<String> judged = new LinkedHashSet<>();
        collection.judgements().values().forEach(gains -> judged.addAll(gains.keySet()));
        JudgedDocuments documents = new JudgedDocuments();
        for (JsonNode document : list(api, knowledgeBase)) {
            String id = document.path("id").asText();
            String path = below(document.path("file_path").asText());
            String name = document.path("filename").asText();
            if (path.startsWith(FOLDER)) {
                place(path)
                        .filter(place -> place < corpus.size())
                        .forEach(place -> documents.byDocument.put(id, corpus.get(place)));
            } else {
                Stream.of(path, name, name.replaceFirst("\\.[^.]*$", ""))
                        .filter(judged::contains)
                        .findFirst()
                        .ifPresent(known -> documents.byDocument.put(id, known));
            }
        }
        return documents;
    }

    /** Returns the collection's documents in this order, each once; unknown documents also take a place. */
    List<String> ranking(Stream<String> documents) {
        return documents
                .distinct()
                .map(document -> byDocument.getOrDefault(document, document))
                .toList();
    }

    int known() {
        return byDocument.size();
    }

    private static Stream<Integer> place(String path) {
        try {
            return Stream.of(Integer.parseInt(path.substring(FOLDER.length()).replace(".txt", "")));
        } catch (NumberFormatException other) {
            return Stream.empty();
        }
    }

    /** Returns the path of an object's key below organization and knowledge base. */
    private static String below(String key) {
        String[] parts = key.split("/", 3);
        return parts.length == 3 ? parts[2] : key;
    }

    private static List<JsonNode> list(ApiClient api, UUID knowledgeBase) throws IOException, InterruptedException {
        List<JsonNode> items = new ArrayList<>();
        String path = "knowledge-bases/" + knowledgeBase + "/documents?limit=100";
        for (String cursor = ""; ; ) {
            JsonNode page = api.get(
                    cursor.isEmpty() ? path : path + "&cursor=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8));
            page.path("items").forEach(items::add);
            if (!page.hasNonNull("next_cursor")) {
                return items;
            }
            cursor = page.path("next_cursor").asText();
        }
    }
}
