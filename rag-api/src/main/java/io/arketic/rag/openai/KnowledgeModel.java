package io.arketic.rag.openai;

import io.arketic.rag.problem.ProblemException;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** The names under which knowledge bases are models. */
final class KnowledgeModel {

    private static final String MARK = "kb:";
    private static final int MOST = 20;

    private KnowledgeModel() {}

    static String name(UUID knowledgeBase) {
        return MARK + knowledgeBase;
    }

    /** At least one; a name that is none of ours is not found. */
    static List<UUID> ids(String model) {
        List<String> names =
                Arrays.stream(model.split(",", -1)).map(String::strip).toList();
        if (names.size() > MOST || !names.get(0).startsWith(MARK)) {
            throw ProblemException.notFound("model");
        }
        try {
            return names.stream()
                    .map(name -> UUID.fromString(name.startsWith(MARK) ? name.substring(MARK.length()) : name))
                    .distinct()
                    .toList();
        } catch (IllegalArgumentException unreadable) {
            throw ProblemException.notFound("model");
        }
    }
}
