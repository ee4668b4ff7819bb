package io.arketic.rag.document;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds an upload in parts. All parts have {@code partSize} bytes, except that the last one has the rest.
 *
 * @param parentId the folder that the file comes to; null for the top
 * @param fileHash SHA-256 that the client promised, in hexadecimal digits; null if it did not
 * @param partCount number of parts; 0 for an empty file
 * @param status open, completing or completed
 * @param acceptsLinks whether parts can be sent to the object store itself
 * @param documentId the file that it became; null before
 * @param expiresAt when an upload that gets no further part ends; from then on a completed one is not listed
 */
record PartUpload(
        UUID id,
        UUID organizationId,
        @Nullable UUID parentId,
        String shareLevel,
        String name,
        String mimeType,
        long fileSize,
        @Nullable String fileHash,
        int partSize,
        int partCount,
        String status,
        boolean acceptsLinks,
        @Nullable UUID documentId,
        Instant createdAt,
        Instant expiresAt) {

    static final String OPEN = "open";
    static final String COMPLETING = "completing";
    static final String COMPLETED = "completed";

    static int partCount(long fileSize, int partSize) {
        return Math.toIntExact((fileSize + partSize - 1) / partSize);
    }

    /** Returns the size of a part; {@code number} counts from 1. */
    long sizeOf(int number) {
        return number < partCount ? partSize : fileSize - (long) (partCount - 1) * partSize;
    }
}
