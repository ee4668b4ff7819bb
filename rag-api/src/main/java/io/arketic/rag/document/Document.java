package io.arketic.rag.document;

import io.arketic.rag.listing.EntityTag;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds a folder or a file of the drive, in its latest version.
 *
 * @param parentId the folder that it is in; null at the top
 * @param fileHash SHA-256 of the bytes, in hexadecimal digits; empty of a folder
 * @param shareLevel private, restricted or organization: the users that see the document
 * @param hasOwnShares whether it is restricted by a list of its own; without one it is as its folder is
 * @param folderPath where it is: the names of the folders above it, {@code /} at the top
 * @param viewCount how often it was looked at; some seconds late, as is {@code downloadCount}
 * @param trashedAt since when it, or a folder above it, is in the trash
 */
record Document(
        UUID id,
        UUID organizationId,
        UUID ownerId,
        @Nullable UUID parentId,
        String name,
        @Nullable String description,
        String documentType,
        long fileSize,
        String fileHash,
        @Nullable String mimeType,
        String shareLevel,
        boolean hasOwnShares,
        String folderPath,
        int versionNumber,
        Instant versionAt,
        int viewCount,
        int downloadCount,
        @Nullable Instant trashedAt,
        Instant createdAt,
        Instant updatedAt) {

    static final String FOLDER = "folder";
    static final String PRIVATE = "private";

    static final String RESTRICTED = "restricted";

    /** Lists the values of {@link #shareLevel()} that users choose; a list of shares makes a document restricted. */
    static final String LEVELS = "private|organization";

    boolean isFolder() {
        return documentType.equals(FOLDER);
    }

    EntityTag etag() {
        return EntityTag.of(updatedAt);
    }
}
