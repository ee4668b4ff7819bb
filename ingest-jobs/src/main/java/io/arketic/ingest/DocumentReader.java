package io.arketic.ingest;

import io.arketic.embeddings.EmbeddingException;
import io.arketic.embeddings.EmbeddingModel;
import io.arketic.embeddings.EmbeddingModels;
import io.arketic.embeddings.UnknownEmbeddingModelException;
import io.arketic.extractors.Chunk;
import io.arketic.extractors.Chunker;
import io.arketic.extractors.ChunkingOptions;
import io.arketic.extractors.DocumentMetadata;
import io.arketic.extractors.ExtractedDocument;
import io.arketic.extractors.ExtractionException;
import io.arketic.extractors.Extractor;
import io.arketic.ingest.DeadObjectException.Reason;
import io.arketic.schema.DocumentVersion;
import io.arketic.schema.EmbeddedChunk;
import io.arketic.schema.KnowledgeTarget;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A file to text, chunks and vectors, as its knowledge base wants them. Safe for use by several threads. */
final class DocumentReader {

    /** A document cut into chunks that have no vectors yet. */
    record Read(DocumentVersion document, List<Chunk> chunks) {

        Read {
            chunks = List.copyOf(chunks);
        }
    }

    private final Extractor extractor;
    private final Chunker chunker = new Chunker();
    private final EmbeddingModels models;
    private final Retry retry;

    DocumentReader(Extractor extractor, EmbeddingModels models, Retry retry) {
        this.extractor = extractor;
        this.models = models;
        this.retry = retry;
    }

    ExtractedDocument extract(Path file, String filename, KnowledgeTarget target, Progress progress) throws Exception {
        model(target); // before the work that would be for nothing without it
        long start = System.nanoTime();
        try {
            ExtractedDocument extracted = retry.call("extract", () -> extractor.extract(file, filename));
            progress.extracted(start, extracted.text().length());
            return extracted;
        } catch (ExtractionException e) {
            throw new DeadObjectException(e.reason().name(), String.valueOf(e.getMessage()));
        }
    }

    Read cut(ExtractedDocument extracted, String filename, String fileHash, KnowledgeTarget target, Progress progress)
            throws DeadObjectException {
        EmbeddingModel model = model(target);
        long start = System.nanoTime();
        ChunkingOptions options = new ChunkingOptions(
                target.chunkSize(), target.chunkOverlap(), model.spec().maxTokens());
        List<Chunk> chunks = chunker.chunk(extracted, options, model::countTokens);
        progress.cut(start);
        if (chunks.isEmpty()) {
            throw new DeadObjectException(Reason.NO_TEXT, "no text that search could find");
        }
        return new Read(document(filename, fileHash, extracted), chunks);
    }

    List<EmbeddedChunk> embed(Read read, KnowledgeTarget target, Progress progress) throws Exception {
        EmbeddingModel model = model(target);
        List<String> texts = read.chunks().stream().map(Chunk::text).toList();
        long start = System.nanoTime();
        List<float[]> vectors;
        try {
            vectors = retry.call("embed", () -> model.embedPassages(texts));
        } catch (EmbeddingException e) {
            throw switch (e.reason()) {
                case REFUSED -> new DeadObjectException(Reason.EMBEDDING_REFUSED, String.valueOf(e.getMessage()));
                case BAD_ANSWER -> new DeadObjectException(Reason.EMBEDDING_BAD_ANSWER, String.valueOf(e.getMessage()));
                case UNAVAILABLE, INTERRUPTED -> e;
            };
        }
        progress.embedded(start, vectors.size());
        List<EmbeddedChunk> embedded = new ArrayList<>(vectors.size());
        for (int i = 0; i < vectors.size(); i++) {
            embedded.add(embedded(read.chunks().get(i), vectors.get(i)));
        }
        return embedded;
    }

    private EmbeddingModel model(KnowledgeTarget target) throws DeadObjectException {
        try {
            return models.get(target.embeddingModel());
        } catch (UnknownEmbeddingModelException e) {
            throw new DeadObjectException(Reason.UNKNOWN_EMBEDDING_MODEL, String.valueOf(e.getMessage()));
        }
    }

    private static DocumentVersion document(String filename, String fileHash, ExtractedDocument extracted) {
        DocumentMetadata metadata = extracted.metadata();
        return new DocumentVersion(
                filename,
                extracted.mediaType(),
                fileHash,
                extracted.text(),
                pageStarts(extracted),
                metadata.title(),
                metadata.author(),
                metadata.language(),
                metadata.created());
    }

    /** From UTF-16 indexes to code points. */
    private static List<Integer> pageStarts(ExtractedDocument extracted) {
        List<Integer> starts = new ArrayList<>(extracted.pages().size());
        int utf16 = 0;
        int codePoints = 0;
        for (ExtractedDocument.Page page : extracted.pages()) {
            codePoints += extracted.text().codePointCount(utf16, page.start());
            utf16 = page.start();
            starts.add(codePoints);
        }
        return starts;
    }

    private static EmbeddedChunk embedded(Chunk chunk, float[] vector) {
        return new EmbeddedChunk(
                chunk.ordinal(),
                chunk.type().name().toLowerCase(Locale.ROOT),
                chunk.page(),
                chunk.start(),
                chunk.end(),
                chunk.text(),
                chunk.title(),
                chunk.tokens(),
                vector);
    }
}
