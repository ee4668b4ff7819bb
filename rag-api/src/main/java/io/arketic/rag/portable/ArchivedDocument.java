package io.arketic.rag.portable;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Describes a document of an archive. Its text, chunks, vectors, ledger and original are entries beside it.
 *
 * @param id where it was exported; citations there name it
 * @param path in the knowledge base, without organization and base
 * @param version counts its contents; citations name it
 * @param pageStarts in code points of the text
 * @param textBlocks as the table {@code knowledge_documents} stores them
 */
record ArchivedDocument(
        UUID id,
        String path,
        String filename,
        String fileType,
        long fileSize,
        String mimeType,
        @Nullable String fileHash,
        int version,
        @Nullable String title,
        @Nullable String author,
        @Nullable String language,
        @Nullable Integer pageCount,
        List<Integer> pageStarts,
        @Nullable String textBlocks,
        @Nullable JsonNode warnings,
        @Nullable String searchConfig,
        @Nullable String documentCreatedAt,
        @Nullable String objectLastModified,
        @Nullable String indexedAt,
        List<Filled> generations) {

    /** Returns how many of its chunks a generation has. */
    record Filled(int generation, int chunks) {}

    ArchivedDocument {
        Objects.requireNonNull(id);
        Objects.requireNonNull(path);
        Objects.requireNonNull(filename);
        Objects.requireNonNull(fileType);
        Objects.requireNonNull(mimeType);
        pageStarts = List.copyOf(pageStarts);
        generations = List.copyOf(generations);
    }

    /** Returns the name of one of its entries; {@code ordinal} counts from 0. */
    static String entry(int ordinal, String part) {
        return String.format(Locale.ROOT, "documents/%08d/%s", ordinal, part);
    }

    /** Returns whether a file of this size and SHA-256 is its original. */
    boolean hasBytes(long size, String sha256) {
        return fileSize == size && (fileHash == null || fileHash.equals(sha256));
    }

    ArchivedDocument at(String where, List<Filled> filled) {
        return new ArchivedDocument(
                id,
                where,
                filename,
                fileType,
                fileSize,
                mimeType,
                fileHash,
                version,
                title,
                author,
                language,
                pageCount,
                pageStarts,
                textBlocks,
                warnings,
                searchConfig,
                documentCreatedAt,
                objectLastModified,
                indexedAt,
                filled);
    }
}
