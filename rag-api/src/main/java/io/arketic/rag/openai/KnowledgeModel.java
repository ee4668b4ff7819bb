package io.arketic.rag.openai;

import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/** Names knowledge bases as models. */
final class KnowledgeModel {

    private static final String MARK = "kb:";
    private static final int MOST = 20;

    private KnowledgeModel() {}

    static String name(UUID knowledgeBase) {
        return MARK + knowledgeBase;
    }

    /** Returns at least one id; a foreign name is not found. */
    static List<UUID> ids(String model) {
        List<String> names =
                Arrays.stream(model.split(",", -1)).map(String::strip).toList();
        if (names.size() > MOST || !names.get(0).startsWith(MARK)) {
            throw unknown();
        }
        try {
            return names.stream()
                    .map(name -> UUID.fromString(name.startsWith(MARK) ? name.substring(MARK.length()) : name))
                    .distinct()
                    .toList();
        } catch (IllegalArgumentException unreadable) {
            throw unknown();
        }
    }

    static ProblemException unknown() {
        return ProblemException.ofField(ProblemReason.MODEL_NOT_FOUND, "model", "does not exist, or is not for you");
    }

    /** Runs {@code lookup}; a knowledge base that is not found is reported as an unknown model. */
    static <T> T known(Supplier<T> lookup) {
        try {
            return lookup.get();
        } catch (ProblemException missing) {
            throw missing.reason() == ProblemReason.NOT_FOUND ? unknown() : missing;
        }
    }
}
