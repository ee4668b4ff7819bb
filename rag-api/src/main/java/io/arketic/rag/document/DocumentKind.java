package io.arketic.rag.document;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Maps a file's media type and name to the seed's {@code document_type}, which says what to show, never what to run.
 */
final class DocumentKind {

    private static final Map<String, Set<String>> BY_EXTENSION = Map.of(
            "pdf", Set.of("pdf"),
            "word", Set.of("doc", "docx", "odt", "rtf", "pages"),
            "spreadsheet", Set.of("xls", "xlsx", "ods", "csv", "tsv", "numbers"),
            "presentation", Set.of("ppt", "pptx", "odp", "key"),
            "archive", Set.of("zip", "tar", "gz", "tgz", "bz2", "xz", "7z", "rar", "zst"),
            "text", Set.of("txt", "md", "html", "htm", "xml", "json", "yaml", "yml", "log"));

    private DocumentKind() {}

    static String of(String mediaType, String name) {
        String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        for (Map.Entry<String, Set<String>> kind : BY_EXTENSION.entrySet()) {
            if (kind.getValue().contains(extension)) {
                return kind.getKey();
            }
        }
        String family = mediaType.replaceAll("/.*", "").toLowerCase(Locale.ROOT);
        return Set.of("text", "image", "audio", "video").contains(family) ? family : "other";
    }
}
