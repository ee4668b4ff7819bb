package io.arketic.rag.knowledge;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the warnings of documents whose files were read in part. */
public final class PartlyRead {

    /**
     * Describes a part of a file that gave no text.
     *
     * @param kind what happened, for example {@code NEEDS_OCR}
     * @param page counts from 1; null where the part is no page
     * @param place name of the part, for example a member of an archive or a cell; empty where the page says all
     */
    record Warning(String kind, @Nullable Integer page, String place) {}

    private static final JsonMapper JSON = JsonMapper.shared();

    private static final Map<String, String> ADVICE = Map.of(
            "PAGE_WITHOUT_TEXT", "The page shows something that is no text, or none that can be read. Look at it.",
            "NEEDS_OCR",
                    "The page is a scan. Install Tesseract or its data for the language, then read the file again.",
            "UNSURE_TEXT", "The text was recognised with little confidence. Choose ocr_languages, or scan it better.",
            "CELL_WITHOUT_VALUE", "Open the workbook in its program, which computes the formula, and save it.",
            "MEMBER_UNREADABLE", "A file inside the file is damaged. Save it again, then upload the whole.",
            "MEMBER_ENCRYPTED", "An attachment needs a password. Add it to the knowledge base and read the file again.",
            "LIMIT_REACHED", "The part is larger than a limit, or there are too many. Split the file.",
            "FURTHER_WARNINGS", "The file has more warnings than are kept.");

    private PartlyRead() {}

    public static String advice(String kind) {
        return ADVICE.getOrDefault(kind, "See the warnings of the documents.");
    }

    /** Reads the column {@code warnings} of a row. */
    static List<Warning> warnings(ResultSet row) throws SQLException {
        String stored = row.getString("warnings");
        if (stored == null) {
            return List.of();
        }
        List<Warning> warnings = new ArrayList<>();
        for (JsonNode warning : JSON.readTree(stored)) {
            warnings.add(new Warning(
                    warning.path("kind").asString(""),
                    warning.has("page") ? warning.path("page").asInt() : null,
                    warning.path("place").asString("")));
        }
        return warnings;
    }
}
