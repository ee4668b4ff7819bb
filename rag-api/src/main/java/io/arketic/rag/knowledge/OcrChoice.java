package io.arketic.rag.knowledge;

import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Checks the languages of a knowledge base's scans. */
@Component
public class OcrChoice {

    private final List<String> installed;

    OcrChoice(OcrProperties properties) {
        this.installed = List.copyOf(properties.installed());
    }

    /**
     * Returns the languages as they are stored, each once; null if none was chosen, empty for those of the deployment.
     *
     * @throws ProblemException where one of them is not installed
     */
    @Nullable
    public List<String> of(@Nullable List<String> wanted) {
        if (wanted == null) {
            return null;
        }
        if (!installed.containsAll(wanted)) {
            throw ProblemException.ofField(
                    ProblemReason.UNKNOWN_OCR_LANGUAGE,
                    "ocr_languages",
                    "must be among the languages that are installed here: " + String.join(", ", installed));
        }
        return wanted.stream().distinct().toList();
    }
}
