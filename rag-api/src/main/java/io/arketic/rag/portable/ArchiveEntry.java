package io.arketic.rag.portable;

import java.util.Objects;

/**
 * Describes an entry of an archive, as its manifest lists it.
 *
 * @param size of its bytes, not compressed
 * @param sha256 of those bytes, in hexadecimal digits
 */
record ArchiveEntry(String name, long size, String sha256) {

    ArchiveEntry {
        Objects.requireNonNull(name);
        Objects.requireNonNull(sha256);
    }
}
