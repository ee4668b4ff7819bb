package io.arketic.rag.document;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Holds a part of an upload that is in the store.
 *
 * @param objectKey in the drive's bucket
 * @param checked whether the API has seen that the bytes are those of {@code hash}
 * @param receivedAt null for a part that a link was made for and that has not been seen in the store
 */
record UploadedPart(
        int number,
        long size,
        String hash,
        String objectKey,
        boolean checked,
        @Nullable Instant receivedAt) {

    UploadedPart received(@Nullable Instant at) {
        return new UploadedPart(number, size, hash, objectKey, checked, at);
    }
}
