package io.arketic.rag.knowledge;

import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Holds the metadata that users give a document: keys of their own, each with a text. */
public final class DocumentMetadata {

    private static final int MOST_KEYS = 50;
    private static final int LONGEST_KEY = 100;
    private static final int LONGEST_VALUE = 500;
    private static final JsonMapper JSON = JsonMapper.shared();

    private DocumentMetadata() {}

    /**
     * As it is stored, from what a client sent.
     *
     * @param json an object of texts, numbers and booleans; null where the client sent none
     * @return null for null; an empty object removes what was said before
     */
    public static @Nullable String of(@Nullable String json) {
        if (json == null) {
            return null;
        }
        JsonNode given;
        try {
            given = JSON.readTree(json);
        } catch (JacksonException unreadable) {
            throw refused("must be a JSON object");
        }
        if (!given.isObject() || given.size() > MOST_KEYS) {
            throw refused("must be a JSON object of at most " + MOST_KEYS + " keys");
        }
        Map<String, String> kept = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : given.properties()) {
            JsonNode value = entry.getValue();
            if (!value.isString() && !value.isNumber() && !value.isBoolean()) {
                throw refused("must hold texts, numbers and booleans only");
            }
            kept.put(storable(entry.getKey(), LONGEST_KEY), storable(value.asString(), LONGEST_VALUE));
        }
        return JSON.writeValueAsString(kept);
    }

    private static String storable(String text, int longest) {
        if (text.isBlank() || text.length() > longest || text.indexOf('\0') >= 0) {
            throw refused(
                    "must have keys of 1 to " + LONGEST_KEY + " and values of 1 to " + LONGEST_VALUE + " characters");
        }
        return text;
    }

    /** The column {@code metadata} of a row. */
    static Map<String, String> read(ResultSet row) throws SQLException {
        String stored = row.getString("metadata");
        if (stored == null) {
            return Map.of();
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        JSON.readTree(stored)
                .properties()
                .forEach(entry -> metadata.put(entry.getKey(), entry.getValue().asString("")));
        return metadata;
    }

    private static ProblemException refused(String why) {
        return ProblemException.ofField(ProblemReason.INVALID_INPUT, "metadata", why);
    }
}
