package io.arketic.rag.document;

import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Checks the name of a document, which is stored as given. Two names are equal if their NFC forms are. */
final class DocumentName {

    private static final int LONGEST = 255;
    private static final int ALTERNATIVES = 100;

    private DocumentName() {}

    /** Returns the name itself, or a problem of {@code field}. */
    static String checked(String field, @Nullable String name) {
        if (name == null || name.isBlank() || name.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
            throw refused(field, "must have 1 to " + LONGEST + " bytes in UTF-8, and not blanks only");
        }
        if (name.equals(".") || name.equals("..") || name.indexOf('/') >= 0 || name.indexOf('\\') >= 0) {
            throw refused(field, "must not be . or .. and must not hold slashes");
        }
        if (name.codePoints().anyMatch(DocumentName::forbidden)) {
            throw refused(field, "must not hold control characters");
        }
        return name;
    }

    static String key(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFC);
    }

    /** Returns similar names: {@code a.txt} gives {@code a (2).txt} and so on. */
    static List<String> alternatives(String name) {
        int dot = name.lastIndexOf('.');
        String stem = dot <= 0 ? name : name.substring(0, dot);
        String extension = dot <= 0 ? "" : name.substring(dot);
        return IntStream.rangeClosed(2, ALTERNATIVES)
                .mapToObj(number -> " (" + number + ")")
                .flatMap(suffix -> Stream.of(stem + suffix + extension))
                .map(DocumentName::key)
                .toList();
    }

    /** Matches control characters, separators of lines, and marks that change the direction of the following text. */
    private static boolean forbidden(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> true;
            default -> (codePoint >= 0x202A && codePoint <= 0x202E) || (codePoint >= 0x2066 && codePoint <= 0x2069);
        };
    }

    private static ProblemException refused(String field, String message) {
        return ProblemException.ofField(ProblemReason.INVALID_FILENAME, field, message);
    }
}
