package io.arketic.rag.portable;

import java.nio.file.Path;

/**
 * Holds a document as it was in one transaction.
 *
 * @param key of its object in the bucket
 * @param ledger a line for each version of the object
 * @param directory holds its chunks and vectors
 */
record ExportedDocument(ArchivedDocument document, String key, String text, String ledger, Path directory) {

    Path chunks(int generation) {
        return directory.resolve(chunksOf(generation));
    }

    Path vectors(int generation) {
        return directory.resolve(vectorsOf(generation));
    }

    static String chunksOf(int generation) {
        return "chunks-" + generation + ".jsonl";
    }

    static String vectorsOf(int generation) {
        return "vectors-" + generation + ".f32";
    }
}
