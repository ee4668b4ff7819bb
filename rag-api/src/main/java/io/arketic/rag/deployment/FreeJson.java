package io.arketic.rag.deployment;

import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Checks free JSON that clients store in a row. It is read with the row, so its total size is limited. */
public final class FreeJson {

    private static final int LONGEST = 32 * 1024;

    private FreeJson() {}

    /**
     * @return null for nothing
     * @throws ProblemException of the field, when it is longer than 32 Ki characters as JSON, or holds a number that would be
     *     kept as the text "Infinity"
     */
    public static @Nullable String text(JsonMapper json, String field, @Nullable Object value) {
        if (value == null) {
            return null;
        }
        if (!isFinite(value)) {
            throw ProblemException.ofField(ProblemReason.INVALID_INPUT, field, "holds a number that is too large");
        }
        String text = json.writeValueAsString(value);
        if (text.length() > LONGEST) {
            throw ProblemException.ofField(
                    ProblemReason.INVALID_INPUT, field, "must have at most " + LONGEST + " characters as JSON");
        }
        return text;
    }

    /** Checks numbers; the parser has limited the depth. */
    private static boolean isFinite(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.values().stream().allMatch(FreeJson::isFinite);
        }
        if (value instanceof Collection<?> list) {
            return list.stream().allMatch(FreeJson::isFinite);
        }
        return !(value instanceof Double number) || Double.isFinite(number);
    }
}
