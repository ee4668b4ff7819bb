package io.arketic.schema.search;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Selects which of the caller's readable chunks are searched; each part narrows the others. An empty list and null
 * select all.
 *
 * @param paths of documents or of the folders that they lie in, such as {@code reports/2024}: below the knowledge base, or in
 *     the drive where the document comes from there
 * @param fileTypes extensions, such as {@code pdf}
 * @param languages BCP 47 tags; {@code en} takes {@code en-GB}, too
 * @param from the document's own date, or else that of its object, at the earliest
 * @param before and at the latest, exclusive
 * @param firstPage of the chunk; chunks of formats without pages have none
 * @param lastPage inclusive
 * @param title a part of the document's title or file name, in any case
 * @param author a part of the author's name, in any case
 * @param metadata values by key, of which a document has one for each key
 * @param phrases that the chunk or its title holds as they are written, in any case; each of them
 * @param without words or phrases that it does not hold; none of them
 * @param lowQuality whether chunks that say next to nothing are shown, too, beside others of their document
 * @param disabled whether chunks that users switched off are shown, too
 */
public record SearchFilter(
        List<UUID> documents,
        List<String> paths,
        List<String> fileTypes,
        List<String> languages,
        @Nullable Instant from,
        @Nullable Instant before,
        @Nullable Integer firstPage,
        @Nullable Integer lastPage,
        @Nullable String title,
        @Nullable String author,
        Map<String, List<String>> metadata,
        List<String> phrases,
        List<String> without,
        boolean lowQuality,
        boolean disabled) {

    public static final SearchFilter NONE =
            new SearchFilter(List.of(), List.of(), List.of(), List.of(), null, null, null, null, null, null);

    public SearchFilter {
        documents = List.copyOf(documents);
        paths = List.copyOf(paths);
        fileTypes = List.copyOf(fileTypes);
        languages = List.copyOf(languages);
        metadata = Map.copyOf(metadata);
        phrases = List.copyOf(phrases);
        without = List.copyOf(without);
    }

    /** Creates a filter without conditions on the chunk's text. */
    public SearchFilter(
            List<UUID> documents,
            List<String> paths,
            List<String> fileTypes,
            List<String> languages,
            @Nullable Instant from,
            @Nullable Instant before,
            @Nullable Integer firstPage,
            @Nullable Integer lastPage,
            @Nullable String title,
            @Nullable String author) {
        this(
                documents, paths, fileTypes, languages, from, before, firstPage, lastPage, title, author, Map.of(),
                List.of(), List.of(), false, false);
    }

    /** The same filter, also of these keys. */
    public SearchFilter and(Map<String, List<String>> wanted) {
        return new SearchFilter(
                documents,
                paths,
                fileTypes,
                languages,
                from,
                before,
                firstPage,
                lastPage,
                title,
                author,
                wanted,
                phrases,
                without,
                lowQuality,
                disabled);
    }

    /** Adds the phrases and exclusions of a question to this filter. */
    public SearchFilter and(SearchSyntax syntax) {
        return new SearchFilter(
                documents,
                paths,
                fileTypes,
                languages,
                from,
                before,
                firstPage,
                lastPage,
                title,
                author,
                metadata,
                syntax.phrases(),
                syntax.without(),
                lowQuality,
                disabled);
    }

    /** The same filter, with or without chunks that say next to nothing. */
    public SearchFilter andLowQuality(boolean shown) {
        return new SearchFilter(
                documents, paths, fileTypes, languages, from, before, firstPage, lastPage, title, author, metadata,
                phrases, without, shown, disabled);
    }

    /** The same filter, with or without chunks that users switched off. */
    public SearchFilter andDisabled(boolean shown) {
        return new SearchFilter(
                documents,
                paths,
                fileTypes,
                languages,
                from,
                before,
                firstPage,
                lastPage,
                title,
                author,
                metadata,
                phrases,
                without,
                lowQuality,
                shown);
    }

    /** Returns whether it has a condition on documents. */
    boolean ofDocuments() {
        return Stream.of(documents, paths, fileTypes, languages).anyMatch(list -> !list.isEmpty())
                || Stream.of(from, before, title, author).anyMatch(value -> value != null)
                || !metadata.isEmpty();
    }
}
