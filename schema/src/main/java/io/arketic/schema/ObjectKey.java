package io.arketic.schema;

import java.util.UUID;

/**
 * The key of an object in the knowledge bucket, {@code {organization slug}/{knowledge base id}/{path}}.
 *
 * @param path as the owner named it; may hold slashes and any character but control characters
 */
public record ObjectKey(String organizationSlug, UUID knowledgeBaseId, String path) {

    /** Longest key, in characters: what {@code knowledge_documents.file_path} holds. */
    public static final int MAX_LENGTH = 500;

    /**
     * Reads a key.
     *
     * @throws InvalidObjectKeyException when it is not of this form, is too long, or holds control characters or path
     *     traversal
     */
    public static ObjectKey parse(String key) throws InvalidObjectKeyException {
        throw new UnsupportedOperationException();
    }

    /** The last part of the path. */
    public String filename() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** The key as it stands in the bucket. */
    @Override
    public String toString() {
        return organizationSlug + "/" + knowledgeBaseId + "/" + path;
    }
}
