package io.arketic.rag.portable;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Holds a line of {@code chunks-….jsonl}; the vector of the same number is in {@code vectors-….f32}.
 *
 * @param start in code points of the document's text, inclusive
 * @param end exclusive
 * @param words as PostgreSQL writes a {@code tsvector}
 * @param relevanceScore from 0 to 1
 * @param noteKeywords those that a user wrote
 * @param noteSummary the one that a user wrote
 * @param noteEnabled false where a user switched the chunk off; null in earlier archives and without a note
 * @param embeddedHash SHA-256 of the text that the vector was made of, where that is another one
 */
record ArchivedChunk(
        int index,
        String type,
        String content,
        @Nullable Integer page,
        int start,
        int end,
        int tokens,
        @Nullable String title,
        @Nullable String embeddedHash,
        String searchConfig,
        String words,
        @Nullable Double relevanceScore,
        @Nullable List<String> keywords,
        @Nullable String summary,
        @Nullable List<String> noteKeywords,
        @Nullable String noteSummary,
        @Nullable Boolean noteEnabled) {

    ArchivedChunk {
        Objects.requireNonNull(type);
        Objects.requireNonNull(content);
        Objects.requireNonNull(searchConfig);
        Objects.requireNonNull(words);
        keywords = keywords == null ? null : List.copyOf(keywords);
        noteKeywords = noteKeywords == null ? null : List.copyOf(noteKeywords);
    }
}
