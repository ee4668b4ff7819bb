package io.arketic.rag.portable;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * Describes the last entry of an archive.
 *
 * @param format {@link #FORMAT}
 * @param version of the format; a server reads its own and the older ones. Chunks of version 1 have neither scores,
 *     keywords nor summaries
 * @param documents is how many ordinals from 0 the entries have
 * @param merkleRoot of the entries, in their order: see {@link MerkleTree}
 */
record ArchiveManifest(
        String format,
        int version,
        Instant exportedAt,
        int documents,
        long chunks,
        boolean originals,
        String merkleRoot,
        List<ArchiveEntry> entries) {

    static final String NAME = "manifest.json";
    static final String FORMAT = "arketic-knowledge-base";
    static final int VERSION = 2;

    ArchiveManifest {
        Objects.requireNonNull(merkleRoot);
        entries = List.copyOf(entries);
    }
}
