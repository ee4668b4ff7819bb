package io.arketic.rag.storage;

import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.ledger.InvalidObjectKeyException;
import io.arketic.schema.ledger.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes the object's key from a client's file name, or refuses the name. */
public final class UploadName {

    /** Names the folder of the drive's files; see migration {@code V150}. */
    private static final String DRIVE = ".drive";

    private static final int MAX_FILENAME = 255;
    private static final int MAX_PART_BYTES = 255;
    private static final int MAX_KEY_BYTES = 1024;
    private static final int MAX_EXTENSION = 50;

    private UploadName() {}

    /**
     * Returns the key of an upload.
     *
     * @param folder slashes part its levels; null for none
     */
    public static ObjectKey key(String slug, UUID knowledgeBase, @Nullable String folder, @Nullable String filename) {
        String name = filename == null
                ? ""
                : Normalizer.normalize(filename, Normalizer.Form.NFC).strip();
        if (name.isEmpty() || name.length() > MAX_FILENAME) {
            throw refused("must have 1 to " + MAX_FILENAME + " characters");
        }
        if (name.indexOf('/') >= 0 || name.indexOf('\\') >= 0) {
            throw refused("must not hold slashes; send folders as path");
        }
        String path = folder == null
                ? ""
                : Normalizer.normalize(folder, Normalizer.Form.NFC).strip();
        path = path.replaceAll("^/+|/+$", "");
        path = path.isEmpty() ? name : path + "/" + name;
        for (String part : path.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                throw refused("must not hold empty parts, . or ..");
            }
            if (part.equals(DRIVE) && path.startsWith(DRIVE + "/")) {
                throw refused("must not begin with the folder " + DRIVE + ", which is the drive's");
            }
            if (bytes(part) > MAX_PART_BYTES) {
                throw refused("must have at most " + MAX_PART_BYTES + " bytes in UTF-8 between slashes");
            }
        }
        if (path.codePoints().anyMatch(UploadName::forbidden)) {
            throw refused("must not hold control characters or backslashes");
        }
        String key = new ObjectKey(slug, knowledgeBase, path).toString();
        if (bytes(key) > MAX_KEY_BYTES) {
            throw refused("must make a key of at most " + MAX_KEY_BYTES + " bytes in UTF-8");
        }
        try {
            return ObjectKey.parse(key);
        } catch (InvalidObjectKeyException invalid) {
            throw refused("cannot be stored: " + invalid.getMessage());
        }
    }

    /** Returns the extension in lower case without the dot; empty if there is none. */
    public static String extension(String filename) {
        int dot = filename.lastIndexOf('.');
        String extension = dot <= 0 ? "" : filename.substring(dot + 1).toLowerCase(Locale.ROOT);
        return extension.length() <= MAX_EXTENSION ? extension : "";
    }

    /** Matches control characters, separators of lines, and marks that change the direction of the following text. */
    private static boolean forbidden(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> true;
            default ->
                codePoint == '\\'
                        || (codePoint >= 0x202A && codePoint <= 0x202E)
                        || (codePoint >= 0x2066 && codePoint <= 0x2069);
        };
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static ProblemException refused(String message) {
        return ProblemException.ofField(ProblemReason.INVALID_FILENAME, "files", message);
    }
}
