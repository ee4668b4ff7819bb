package io.arketic.rag.retrieval;

import io.arketic.schema.search.ChunkHit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Folds chunks of the same words into the best of them, whatever their case, punctuation and line ends. */
final class Copies {

    private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{M}\\p{N}]+");

    private Copies() {}

    /** Folds copies in the order of the hits. A chunk without any word has no copies. */
    static List<FoundPassage> fold(List<ChunkHit> hits) {
        Map<String, List<ChunkHit>> byWords = new LinkedHashMap<>();
        for (ChunkHit hit : hits) {
            String words =
                    BETWEEN_WORDS.matcher(hit.text()).replaceAll(" ").strip().toLowerCase(Locale.ROOT);
            byWords.computeIfAbsent(words.isEmpty() ? hit.chunkId().toString() : words, first -> new ArrayList<>())
                    .add(hit);
        }
        return byWords.values().stream()
                .map(same -> new FoundPassage(same.get(0), same.subList(1, same.size()), null))
                .toList();
    }
}
