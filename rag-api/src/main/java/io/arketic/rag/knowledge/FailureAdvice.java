package io.arketic.rag.knowledge;

import static java.util.Map.entry;

import java.util.Map;

/** Gives advice for each reason of a dead file; the names are those that the ingest job stores. */
public final class FailureAdvice {

    private static final String UNKNOWN = "See the detail of the documents that failed.";

    private static final Map<String, String> ADVICE = Map.ofEntries(
            entry("EMPTY_FILE", "The file has no bytes. Upload it again from its source."),
            entry("NO_TEXT", "The file contains no text, and none was recognised in its pictures. Look at it."),
            entry("NEEDS_OCR", "The file is a scan. Install Tesseract or its data for the language, then retry."),
            entry(
                    "ENCRYPTED",
                    "The file needs a password. Add it to the knowledge base, or upload a copy that is not protected."),
            entry("CORRUPT", "The file is damaged. Open it in its own program, save a new copy and upload that."),
            entry("UNSUPPORTED_FORMAT", "No parser reads this format. Convert the file to PDF, DOCX, HTML or text."),
            entry("MALICIOUS", "The file is built to harm its reader. Find out where it comes from."),
            entry("TIME_LIMIT", "The file took too long. Split it, or raise arketic.extract.timeout."),
            entry("MEMORY_LIMIT", "The file needs too much memory. Split it, or raise arketic.extract.parser-heap."),
            entry("TEXT_LIMIT", "The file has more text than one document may have. Split it."),
            entry("FILE_LIMIT", "The file is larger than the limit. Split it."),
            entry("EMBEDDED_DEPTH_LIMIT", "Archives are nested too deeply. Unpack the file and upload its parts."),
            entry("EMBEDDED_COUNT_LIMIT", "The archive holds too many files. Unpack it and upload its parts."),
            entry("PARSER_CRASHED", "The parser crashed on this file. Save a new copy and upload that."),
            entry("INVALID_KEY", "The object's key is not {organization}/{knowledge base}/{path}. Move the object."),
            entry("UNKNOWN_KNOWLEDGE_BASE", "The key names no active knowledge base. Move the object."),
            entry("UNKNOWN_BUCKET", "Files of this bucket are not read. Move the object to the knowledge bucket."),
            entry("UNREADABLE_OBJECT", "The store lists the file but does not deliver it. Restore it, then retry."),
            entry("ACCESS_DENIED", "The store does not let the job read the file. Correct its rights or its key."),
            entry("OBJECT_ARCHIVED", "The file is in an archive of the store. Restore it there."),
            entry("UNKNOWN_EMBEDDING_MODEL", "The job lacks the knowledge base's embedding model. Configure it."),
            entry("EMBEDDING_REFUSED", "The embedding endpoint refused the text. Check its limits and the model."),
            entry(
                    "EMBEDDING_BAD_ANSWER",
                    "The embedding endpoint returns wrong answers. Check its model and dimensions."),
            entry(
                    "EMBEDDING_UNAVAILABLE",
                    "The embedding endpoint does not answer. The job asks it again automatically."),
            entry(
                    "EMBEDDING_FAILED",
                    "The embedding model fails at this text, but not at others. See the model's log."),
            entry("OBJECT_UNAVAILABLE", "The store answers, but does not deliver this file. See the store's log."),
            entry("STORE_UNAVAILABLE", "The store does not answer. The job asks it again automatically."),
            entry("STORAGE_LIMIT", "The organization's storage is full. Delete documents or raise max_storage_gb."),
            entry("SUBSCRIPTION_ENDED", "The trial or subscription has ended. Renew it, then retry the files."),
            entry("DATABASE_REFUSED", "The database cannot hold the content. See the detail of the document."),
            entry("DATABASE_FAILED", "The database refuses what the job does, not the content. See the detail."),
            entry("MACHINE_FAILED", "The machine had no room for the file, or killed its parser. See the detail."),
            entry("INTERNAL_ERROR", "It failed repeatedly. See the job's log, then drop the file again."));

    private FailureAdvice() {}

    public static boolean knows(String reason) {
        return ADVICE.containsKey(reason);
    }

    /** Returns the reasons in alphabetical order, for a message. */
    public static String reasons() {
        return String.join(", ", ADVICE.keySet().stream().sorted().toList());
    }

    public static String of(String reason) {
        return ADVICE.getOrDefault(reason, UNKNOWN);
    }
}
