package io.arketic.rag.retrieval;

import io.arketic.schema.search.ChunkHit;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Folds chunks of the same text into the best of them, whatever their white space and Unicode form. */
final class Copies {

    private static final Pattern WHITE_SPACE = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

    private Copies() {}

    /** Folds copies in the order of the hits. Other signs and letters are another text: -5 °C is not 5 °C, and mW is not MW. */
    static List<FoundPassage> fold(List<ChunkHit> hits) {
        Map<String, List<ChunkHit>> byText = new LinkedHashMap<>();
        for (ChunkHit hit : hits) {
            String text = WHITE_SPACE
                    .matcher(Normalizer.normalize(hit.text(), Normalizer.Form.NFC))
                    .replaceAll(" ")
                    .strip();
            byText.computeIfAbsent(text, first -> new ArrayList<>()).add(hit);
        }
        return byText.values().stream()
                .map(same -> new FoundPassage(same.get(0), same.subList(1, same.size()), null))
                .toList();
    }
}
