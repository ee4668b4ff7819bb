package io.arketic.rag.document;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Holds one of the contents of a file over time.
 *
 * @param filename what the file was called then
 * @param versionAt when this content came
 */
record DocumentVersion(
        int versionNumber,
        String filename,
        long fileSize,
        String fileHash,
        @Nullable String mimeType,
        boolean isLatestVersion,
        Instant versionAt) {}
