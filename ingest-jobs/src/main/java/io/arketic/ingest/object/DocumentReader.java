package io.arketic.ingest.object;

import io.arketic.embeddings.EmbeddingException;
import io.arketic.extractors.DocumentMetadata;
import io.arketic.extractors.ExtractedDocument;
import io.arketic.extractors.ExtractionException;
import io.arketic.extractors.Extractor;
import io.arketic.extractors.Warning;
import io.arketic.extractors.chunk.Chunk;
import io.arketic.extractors.chunk.ChunkContext;
import io.arketic.ingest.flow.ChunkMaker;
import io.arketic.ingest.flow.DeadObjectException;
import io.arketic.ingest.flow.Retry;
import io.arketic.ingest.flow.StoredStructure;
import io.arketic.ingest.flow.TenantPermits;
import io.arketic.schema.generation.EmbeddedChunk;
import io.arketic.schema.knowledge.DocumentVersion;
import io.arketic.schema.knowledge.DocumentWarning;
import io.arketic.schema.knowledge.FilePasswords;
import io.arketic.schema.ledger.KnowledgeTarget;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Turns a file into text, chunks and vectors for its knowledge base. Safe for use by several threads. */
final class DocumentReader {

    /** Holds a document cut into chunks that have no vectors yet. */
    record Read(DocumentVersion document, List<Chunk> chunks) {

        Read {
            chunks = List.copyOf(chunks);
        }
    }

    private final Extractor extractor;
    private final TenantPermits parsers;
    private final ChunkMaker chunkMaker;
    private final FilePasswords passwords;
    private final Retry retry;

    /** @param parsers how many of the extractor's one tenant may hold */
    DocumentReader(
            Extractor extractor, TenantPermits parsers, ChunkMaker chunkMaker, FilePasswords passwords, Retry retry) {
        this.extractor = extractor;
        this.parsers = parsers;
        this.chunkMaker = chunkMaker;
        this.passwords = passwords;
        this.retry = retry;
    }

    /** Throws if the target's model is not available; call it before work that would then be useless. */
    void requireModel(KnowledgeTarget target) throws DeadObjectException, EmbeddingException {
        chunkMaker.model(target);
        chunkMaker.requireAnswering(target);
    }

    /** @param ocrLanguages of scans; empty for the deployment's */
    ExtractedDocument extract(
            Path file, String filename, KnowledgeTarget target, List<String> ocrLanguages, Progress progress)
            throws Exception {
        long wait = System.nanoTime();
        try (TenantPermits.Permit parser = parsers.take(target.organizationId())) {
            progress.gotParser(wait);
            long start = System.nanoTime();
            ExtractedDocument extracted = read(file, filename, target, ocrLanguages);
            progress.extracted(start, extracted);
            return extracted;
        } catch (ExtractionException e) {
            throw new DeadObjectException(e.reason().name(), String.valueOf(e.getMessage()));
        }
    }

    /** Reads a file with the passwords of its knowledge base if it asks for one: other files never get them. */
    private ExtractedDocument read(Path file, String filename, KnowledgeTarget target, List<String> ocrLanguages)
            throws Exception {
        ExtractedDocument read;
        try {
            read = extract(file, filename, ocrLanguages, List.of());
        } catch (ExtractionException e) {
            if (e.reason() != ExtractionException.Reason.ENCRYPTED) {
                throw e;
            }
            return open(file, filename, target, ocrLanguages, e);
        }
        return hasLocked(read) ? withMembers(read, file, filename, ocrLanguages, known(target)) : read;
    }

    private ExtractedDocument withMembers(
            ExtractedDocument read, Path file, String filename, List<String> ocrLanguages, FilePasswords.Known known)
            throws Exception {
        if (known.passwords().isEmpty()) {
            return withUndecrypted(read, known);
        }
        try {
            return withUndecrypted(extract(file, filename, ocrLanguages, known.passwords()), known);
        } catch (ExtractionException opened) {
            return withUndecrypted(read, known); // what an attachment contains must not cost the mail
        }
    }

    /** Says beside the warnings of locked members that the knowledge base has passwords which were not tried. */
    private static ExtractedDocument withUndecrypted(ExtractedDocument read, FilePasswords.Known known) {
        if (known.undecrypted() == 0 || !hasLocked(read)) {
            return read;
        }
        List<Warning> warnings = new ArrayList<>();
        warnings.add(new Warning(Warning.Kind.MEMBER_ENCRYPTED, null, lacking(known)));
        warnings.addAll(read.warnings());
        return new ExtractedDocument(
                read.text(), read.pages(), read.blocks(), read.metadata(), read.mediaType(), warnings);
    }

    private static boolean hasLocked(ExtractedDocument read) {
        return read.warnings().stream().anyMatch(warning -> warning.kind() == Warning.Kind.MEMBER_ENCRYPTED);
    }

    private ExtractedDocument open(
            Path file, String filename, KnowledgeTarget target, List<String> ocrLanguages, ExtractionException locked)
            throws Exception {
        FilePasswords.Known known = known(target);
        if (known.passwords().isEmpty()) {
            throw withUndecrypted(locked, known);
        }
        try {
            return extract(file, filename, ocrLanguages, known.passwords());
        } catch (ExtractionException e) {
            throw withUndecrypted(e, known);
        }
    }

    private ExtractedDocument extract(Path file, String filename, List<String> ocrLanguages, List<String> tried)
            throws Exception {
        return retry.call("extract", () -> extractor.extract(file, filename, ocrLanguages, tried));
    }

    private FilePasswords.Known known(KnowledgeTarget target) throws Exception {
        return retry.call("passwords", () -> passwords.of(target));
    }

    private static ExtractionException withUndecrypted(ExtractionException failure, FilePasswords.Known known) {
        return known.undecrypted() == 0 || failure.reason() != ExtractionException.Reason.ENCRYPTED
                ? failure
                : new ExtractionException(failure.reason(), failure.getMessage() + "; " + lacking(known));
    }

    private static String lacking(FilePasswords.Known known) {
        return "the ingest job lacks the key of " + known.undecrypted() + " passwords of the knowledge base";
    }

    Read cut(ExtractedDocument extracted, String filename, String fileHash, KnowledgeTarget target, Progress progress)
            throws DeadObjectException {
        long start = System.nanoTime();
        List<Chunk> chunks = chunkMaker.cut(extracted, target);
        progress.cut(start);
        return new Read(document(filename, fileHash, extracted), chunks);
    }

    List<EmbeddedChunk> embed(Read read, KnowledgeTarget target, Progress progress) throws Exception {
        long start = System.nanoTime();
        List<EmbeddedChunk> embedded = chunkMaker.embed(
                read.chunks(),
                new ChunkContext(read.document().filename(), read.document().title()),
                target);
        progress.embedded(start, embedded);
        return embedded;
    }

    /** Forgets what was kept for another try of a document that is written now. */
    void complete(List<EmbeddedChunk> chunks, KnowledgeTarget target) {
        chunkMaker.complete(chunks, target);
    }

    private static DocumentVersion document(String filename, String fileHash, ExtractedDocument extracted) {
        DocumentMetadata metadata = extracted.metadata();
        return new DocumentVersion(
                filename,
                extracted.mediaType(),
                fileHash,
                extracted.text(),
                StoredStructure.pageStarts(extracted),
                StoredStructure.blocks(extracted),
                metadata.title(),
                metadata.author(),
                metadata.language(),
                metadata.created(),
                extracted.warnings().stream()
                        .map(warning -> new DocumentWarning(warning.kind().name(), warning.page(), warning.place()))
                        .toList());
    }
}
