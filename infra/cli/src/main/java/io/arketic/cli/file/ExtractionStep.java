package io.arketic.cli.file;

import io.arketic.cli.terminal.Failures;
import io.arketic.cli.terminal.FileTree;
import io.arketic.embeddings.EmbeddingModel;
import io.arketic.extractors.ExtractedDocument;
import io.arketic.extractors.ExtractionException;
import io.arketic.extractors.Extractor;
import io.arketic.extractors.chunk.Chunk;
import io.arketic.extractors.chunk.Chunker;
import io.arketic.extractors.chunk.ChunkingOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Reads, cuts and writes one file of {@code extract}. Safe for use by several threads. */
record ExtractionStep(
        Extractor extractor,
        Chunker chunker,
        EmbeddingModel model,
        ChunkingOptions chunking,
        ExtractionWriter writer,
        ExtractionSummary summary) {

    /** Ends with the file counted in the summary, whatever its content. */
    void run(FileTree.Entry file) throws InterruptedException {
        try {
            ExtractedDocument document = extractor.extract(file.file(), filename(file.name()));
            List<Chunk> chunks = chunker.chunk(document, chunking, model::countTokens);
            writer.write(file.name(), document, chunks);
            summary.extracted(document.text().codePointCount(0, document.text().length()), chunks.size());
            summary.warned(document.warnings());
        } catch (ExtractionException refusal) {
            refuse(file, refusal);
        } catch (IOException | UncheckedIOException e) {
            summary.unknown(file.name(), Failures.describe(e));
        }
    }

    private void refuse(FileTree.Entry file, ExtractionException refusal) {
        try {
            writer.writeFailure(file.name(), refusal);
            summary.refused(refusal.reason());
        } catch (IOException e) {
            summary.unknown(file.name(), Failures.describe(e));
        }
    }

    private static String filename(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }
}
