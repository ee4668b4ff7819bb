package io.arketic.schema.generation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Remembers how far each generation has been searched for missing documents. It is only a shortcut: a generation whose
 * search has reached the end is searched from the beginning again. Used by one thread.
 */
public final class FillPosition {

    private record Generation(UUID knowledgeBase, int number) {}

    private final Map<Generation, UUID> passed = new HashMap<>();

    boolean isAtStart() {
        return passed.isEmpty();
    }

    List<UUID> knowledgeBases() {
        return passed.keySet().stream().map(Generation::knowledgeBase).toList();
    }

    List<Integer> generations() {
        return passed.keySet().stream().map(Generation::number).toList();
    }

    List<UUID> documents() {
        return passed.keySet().stream().map(passed::get).toList();
    }

    /** @param found the documents of a search, in the order of each generation */
    void advance(List<MissingDocument> found) {
        passed.clear(); // a generation without a document has been searched to its end
        for (MissingDocument document : found) {
            passed.put(
                    new Generation(
                            document.target().knowledgeBaseId(),
                            document.target().generation()),
                    document.documentId());
        }
    }
}
