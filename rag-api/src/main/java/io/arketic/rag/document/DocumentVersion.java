package io.arketic.rag.document;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One of the contents that a file has had.
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
