package io.arketic.schema.ledger;

import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Holds the key of an object in the knowledge bucket, {@code {organization slug}/{knowledge base id}/{path}}.
 *
 * @param path as the owner named it; may hold slashes and any character but control characters
 */
public record ObjectKey(String organizationSlug, UUID knowledgeBaseId, String path) {

    private static final Pattern SLUG = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,98}[a-z0-9])?");
    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    /** Limits a key's characters to the size of {@code knowledge_documents.file_path}. */
    public static final int MAX_LENGTH = 500;

    /**
     * Reads a key.
     *
     * @throws InvalidObjectKeyException when it is not of this form, is too long, or holds control characters or path
     *     traversal
     */
    public static ObjectKey parse(String key) throws InvalidObjectKeyException {
        if (key.length() > MAX_LENGTH && key.codePointCount(0, key.length()) > MAX_LENGTH) {
            throw new InvalidObjectKeyException("longer than " + MAX_LENGTH + " characters");
        }
        String[] parts = key.split("/", 3);
        if (parts.length < 3 || parts[2].isEmpty()) {
            throw new InvalidObjectKeyException("not {organization}/{knowledge base id}/{path}");
        }
        requirePlain(key);
        if (!SLUG.matcher(parts[0]).matches()) {
            throw new InvalidObjectKeyException("no organization's name: " + parts[0]);
        }
        if (!ID.matcher(parts[1]).matches()) {
            throw new InvalidObjectKeyException("no knowledge base's id: " + parts[1]);
        }
        requireFile(parts[2]);
        return new ObjectKey(parts[0], UUID.fromString(parts[1]), parts[2]);
    }

    private static void requirePlain(String key) throws InvalidObjectKeyException {
        for (int i = 0; i < key.length(); i += Character.charCount(key.codePointAt(i))) {
            int character = key.codePointAt(i);
            int type = Character.getType(character);
            if (type == Character.CONTROL
                    || type == Character.SURROGATE
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR) {
                throw new InvalidObjectKeyException("holds the character U+%04X".formatted(character));
            }
        }
    }

    private static void requireFile(String path) throws InvalidObjectKeyException {
        if (path.endsWith("/")) {
            throw new InvalidObjectKeyException("names a folder");
        }
        for (String part : path.split("/", -1)) {
            if (part.isEmpty()) {
                throw new InvalidObjectKeyException("a part of the path is empty");
            }
        }
        for (String part : path.split("[/\\\\]", -1)) {
            if (part.equals(".") || part.equals("..")) {
                throw new InvalidObjectKeyException("a part of the path is . or ..");
            }
        }
    }

    /** Returns the last part of the path. */
    public String filename() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Returns the key as it is in the bucket. */
    @Override
    public String toString() {
        return organizationSlug + "/" + knowledgeBaseId + "/" + path;
    }
}
