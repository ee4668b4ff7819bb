package io.arketic.rag.portable;

import io.arketic.embeddings.EmbeddingModels;
import io.arketic.embeddings.EmbeddingSpec;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.knowledge.KnowledgeAccess;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.storage.ObjectStorage;
import io.arketic.rag.storage.ObjectStorage.StoredObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/**
 * Writes a knowledge base as an archive, as far as the caller sees it. A document is read in one transaction, into files of this
 * process, and then written: no connection is held while a reader is slow.
 */
@Component
class KnowledgeExport {

    /** Limits the documents to those that {@link ArchiveFile} reads, with two generations. */
    private static final int MOST = 40_000;

    private final Transactions transactions;
    private final ObjectStorage storage;
    private final EmbeddingModels models;

    KnowledgeExport(Transactions transactions, ObjectStorage storage, EmbeddingModels models) {
        this.transactions = transactions;
        this.storage = storage;
        this.models = models;
    }

    /** Holds the exported parts of a base, known before the first byte is sent. */
    record Plan(KnowledgeAccess access, ArchivedBase base, List<UUID> documents, boolean originals) {}

    Plan plan(KnowledgeAccess access, boolean originals) {
        Plan plan = transactions.run(
                access.membership().context(),
                sql -> new Plan(
                        access,
                        ExportedRows.base(sql, access.knowledgeBase().id(), dimensions()),
                        ExportedRows.documents(sql, access.knowledgeBase().id()),
                        originals));
        if (plan.documents().size() > MOST) {
            throw new ProblemException(ProblemReason.TOO_LARGE, "An archive holds at most " + MOST + " documents.");
        }
        return plan;
    }

    void write(Plan plan, OutputStream target) throws IOException {
        Path directory = Files.createTempDirectory("arketic-export");
        try {
            ArchiveWriter archive = new ArchiveWriter(target);
            archive.json(ArchivedBase.NAME, plan.base());
            int documents = 0;
            long chunks = 0;
            for (UUID id : plan.documents()) {
                Optional<ExportedDocument> document = read(plan, id, documents, directory);
                if (document.isPresent()) {
                    chunks += write(plan, document.get(), documents, archive);
                    documents++;
                    archive.flush();
                }
            }
            archive.entry("citations.jsonl", citations(plan));
            archive.finish(documents, chunks, plan.originals());
        } finally {
            delete(directory);
        }
    }

    private Optional<ExportedDocument> read(Plan plan, UUID id, int ordinal, Path directory) {
        return transactions.run(
                plan.access().membership().context(),
                sql -> ExportedRows.document(sql, id, ordinal, plan.base().generations(), directory));
    }

    private long write(Plan plan, ExportedDocument exported, int ordinal, ArchiveWriter archive) throws IOException {
        archive.json(ArchivedDocument.entry(ordinal, "document.json"), exported.document());
        archive.entry(
                ArchivedDocument.entry(ordinal, "text.txt"), exported.text().getBytes(StandardCharsets.UTF_8));
        archive.entry(
                ArchivedDocument.entry(ordinal, "ledger.jsonl"),
                exported.ledger().getBytes(StandardCharsets.UTF_8));
        long chunks = 0;
        for (ArchivedDocument.Filled filled : exported.document().generations()) {
            copy(archive, ordinal, exported.chunks(filled.generation()), false);
            copy(archive, ordinal, exported.vectors(filled.generation()), true);
            chunks += filled.chunks();
        }
        if (plan.originals()) {
            original(plan, exported, ordinal, archive);
        }
        return chunks;
    }

    private static void copy(ArchiveWriter archive, int ordinal, Path file, boolean compressed) throws IOException {
        try (InputStream bytes = Files.newInputStream(file)) {
            archive.entry(ArchivedDocument.entry(ordinal, file.getFileName().toString()), bytes, compressed);
        }
        Files.delete(file);
    }

    /**
     * Adds an original, unless the store lacks it or has a version that is not indexed yet. It is a file of this process first,
     * since only its last byte tells.
     */
    private void original(Plan plan, ExportedDocument exported, int ordinal, ArchiveWriter archive) throws IOException {
        StoredObject object;
        try {
            object = storage.read(exported.key());
        } catch (ProblemException missing) {
            if (missing.reason() == ProblemReason.NOT_FOUND) {
                return;
            }
            throw missing;
        }
        Path file = exported.directory().resolve("original");
        MessageDigest digest = MerkleTree.sha256();
        try (InputStream bytes = new DigestInputStream(object.bytes(), digest)) {
            Files.copy(bytes, file);
        }
        if (exported.document().hasBytes(Files.size(file), HexFormat.of().formatHex(digest.digest()))) {
            copy(archive, ordinal, file, true);
        } else {
            Files.delete(file);
        }
    }

    private byte[] citations(Plan plan) {
        List<String> lines = transactions.run(
                plan.access().membership().context(),
                sql -> ExportedRows.citations(sql, plan.access().knowledgeBase().id()));
        return String.join("", lines).getBytes(StandardCharsets.UTF_8);
    }

    private Map<String, Integer> dimensions() {
        return models.specs().stream().collect(Collectors.toMap(EmbeddingSpec::id, EmbeddingSpec::dimensions));
    }

    private static void delete(Path directory) throws IOException {
        List<Path> files = new ArrayList<>();
        try (var paths = Files.list(directory)) {
            paths.forEach(files::add);
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
        Files.deleteIfExists(directory);
    }
}
