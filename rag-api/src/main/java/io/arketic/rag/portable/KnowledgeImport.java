package io.arketic.rag.portable;

import io.arketic.embeddings.EmbeddingSpec;
import io.arketic.rag.knowledge.ChunkingChoice;
import io.arketic.rag.knowledge.KnowledgeBase;
import io.arketic.rag.knowledge.OcrChoice;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.outbox.OutboxPublisher;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.removal.RemovedObjects;
import io.arketic.rag.storage.ObjectStorage;
import io.arketic.rag.storage.UploadName;
import io.arketic.schema.ledger.ObjectKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;

/**
 * Creates a knowledge base from an archive. The whole archive is verified before the first row is written. Each document is one
 * commit; the same archive, sent again by the same user after an import that broke off, goes on where that one was. The base is
 * searched once all documents are there; originals come last, and the ingest finds them unchanged.
 */
@Component
class KnowledgeImport {

    private static final Logger log = LoggerFactory.getLogger(KnowledgeImport.class);

    private final OpenImports openImports;
    private final ImportedRows rows;
    private final StorableValues values;
    private final ChunkingChoice choice;
    private final OcrChoice ocr;
    private final ObjectStorage storage;
    private final RemovedObjects removed;
    private final OutboxPublisher outbox;

    KnowledgeImport(
            OpenImports openImports,
            ImportedRows rows,
            StorableValues values,
            ChunkingChoice choice,
            OcrChoice ocr,
            ObjectStorage storage,
            RemovedObjects removed,
            OutboxPublisher outbox) {
        this.openImports = openImports;
        this.rows = rows;
        this.values = values;
        this.choice = choice;
        this.ocr = ocr;
        this.storage = storage;
        this.removed = removed;
        this.outbox = outbox;
    }

    /** Says how the import of an archive ended. */
    record Imported(KnowledgeBase knowledgeBase, String merkleRoot, int documents, long chunks, boolean resumed) {}

    /**
     * Imports the archive.
     *
     * @param name of the knowledge base; null for the archive's
     * @param merkleRoot that the archive must have; null asks for none
     */
    Imported run(Membership membership, Path file, @Nullable String name, String type, @Nullable String merkleRoot) {
        try (ArchiveFile archive = new ArchiveFile(file, merkleRoot)) {
            ArchiveReader reader = new ArchiveReader(archive);
            List<ArchivedBase.Generation> generations = generations(reader.base());
            verify(membership, reader);
            ArchiveManifest manifest = archive.manifest();
            Optional<OpenImports.Open> open = openImports.find(membership, manifest.merkleRoot());
            UUID base;
            if (open.isPresent()) {
                requireSame(open.get(), name, type);
                base = open.get().base();
                openImports.resume(membership, base);
            } else {
                ImportedRows.Start start =
                        new ImportedRows.Start(name, type, manifest.merkleRoot(), manifest.documents());
                base = begin(membership, reader.base(), generations, start);
            }
            boolean ended = false;
            try {
                long chunks = fill(membership, base, reader, generations);
                Imported imported = new Imported(
                        rows.complete(membership, base),
                        manifest.merkleRoot(),
                        manifest.documents(),
                        chunks,
                        open.isPresent());
                ended = true;
                return imported;
            } finally {
                if (!ended) {
                    rest(membership, base);
                }
            }
        }
    }

    /** Refuses to go on with a base that others may see where the caller asks for one of its own, or has another name. */
    private static void requireSame(OpenImports.Open open, @Nullable String name, String type) {
        if (!open.type().equals(type) || (name != null && !open.name().equals(name))) {
            throw new ProblemException(
                    ProblemReason.CONFLICT,
                    "An import of this archive broke off, into the " + open.type() + " knowledge base " + open.name()
                            + ". Go on with it under its name and type, or remove it first.");
        }
    }

    private UUID begin(
            Membership membership,
            ArchivedBase base,
            List<ArchivedBase.Generation> generations,
            ImportedRows.Start start) {
        try {
            return rows.begin(membership, base, generations, start, languages(base));
        } catch (DuplicateKeyException raced) {
            throw new ProblemException(ProblemReason.CONFLICT, "Another request imports this archive.", raced);
        }
    }

    /** Returns how many chunks the documents have. */
    private long fill(
            Membership membership, UUID base, ArchiveReader reader, List<ArchivedBase.Generation> generations) {
        Set<UUID> there = rows.imported(membership, base);
        long chunks = 0;
        for (int ordinal = 0; ordinal < reader.documents(); ordinal++) {
            ArchivedDocument document = reader.document(ordinal);
            if (!there.contains(document.id())) {
                rows.enter(membership, base, key(membership, base, document), reader, ordinal, generations);
            }
            chunks += document.generations().stream()
                    .mapToLong(ArchivedDocument.Filled::chunks)
                    .sum();
        }
        rows.activate(membership, base);
        originals(membership, base, reader);
        return chunks;
    }

    private void rest(Membership membership, UUID base) {
        try {
            openImports.rest(membership, base);
        } catch (DataAccessException later) {
            log.warn("The import into knowledge base {} goes on in some minutes: {}", base, later.getMessage());
        }
    }

    /** Returns the live generation, and the former one where its model is known here, too. */
    private List<ArchivedBase.Generation> generations(ArchivedBase base) {
        List<ArchivedBase.Generation> known = new ArrayList<>();
        for (ArchivedBase.Generation generation : base.generations()) {
            try {
                EmbeddingSpec spec = choice.model(generation.embeddingModel());
                if (spec.dimensions() != generation.dimensions()) {
                    throw ArchiveFile.refused("the vectors of " + spec.id() + " have other dimensions here");
                }
                known.add(generation);
            } catch (ProblemException unknown) {
                if (generation.isActive()) {
                    throw unknown;
                }
            }
        }
        return known;
    }

    /** Returns the languages of scans where they are installed here; those of this deployment otherwise. */
    private @Nullable List<String> languages(ArchivedBase base) {
        try {
            return ocr.of(base.ocrLanguages());
        } catch (ProblemException notInstalled) {
            return null;
        }
    }

    /** Reads the whole archive as the import will. */
    private void verify(Membership membership, ArchiveReader reader) {
        Set<String> configurations = values.searchConfigurations(membership);
        Set<UUID> ids = new HashSet<>();
        Set<String> paths = new HashSet<>();
        for (int ordinal = 0; ordinal < reader.documents(); ordinal++) {
            ArchivedDocument document = reader.document(ordinal);
            if (!ids.add(document.id())
                    || !paths.add(key(membership, document.id(), document).path())) {
                throw ArchiveFile.refused("two of its documents are the same");
            }
            reader.requireOriginalOf(ordinal, document);
            String text = reader.text(ordinal);
            int length = text.codePointCount(0, text.length());
            values.verify(membership, document);
            for (ArchivedDocument.Filled filled : document.generations()) {
                reader.chunks(ordinal, filled, length, batch -> {
                    for (ArchivedChunk chunk : batch.chunks()) {
                        if (!configurations.contains(chunk.searchConfig())) {
                            throw ArchiveFile.refused("a chunk is of no language of this server");
                        }
                    }
                    values.verify(membership, batch);
                });
            }
        }
    }

    private static ObjectKey key(Membership membership, UUID base, ArchivedDocument document) {
        int slash = document.path().lastIndexOf('/');
        String folder = slash < 0 ? null : document.path().substring(0, slash);
        try {
            return UploadName.key(
                    membership.organizationSlug(), base, folder, document.path().substring(slash + 1));
        } catch (ProblemException refused) {
            throw ArchiveFile.refused("a document has a path that no upload has", refused);
        }
    }

    private void originals(Membership membership, UUID base, ArchiveReader reader) {
        Set<UUID> waiting = rows.waiting(membership, base);
        for (int ordinal = 0; ordinal < reader.documents() && !waiting.isEmpty(); ordinal++) {
            ArchivedDocument document = reader.document(ordinal);
            Optional<ArchiveFile.Content> original =
                    waiting.contains(document.id()) ? reader.original(ordinal) : Optional.empty();
            if (original.isPresent()) {
                store(membership, base, document, original.get());
                waiting.remove(document.id());
            }
        }
        outbox.wake();
    }

    private void store(Membership membership, UUID base, ArchivedDocument document, ArchiveFile.Content original) {
        ObjectKey key = key(membership, base, document);
        if (!removed.putDown(RemovedObjects.KNOWLEDGE, key.toString())) {
            throw new ProblemException(
                    ProblemReason.STORE_UNAVAILABLE, "A former file of the name " + key.path() + " is being removed.");
        }
        String etag;
        try (InputStream bytes = original.bytes()) {
            etag = storage.write(
                    membership.organizationId(), key.toString(), bytes, original.size(), document.mimeType());
        } catch (IOException broken) {
            throw new ProblemException(ProblemReason.INTERNAL, "The archive cannot be read any longer.", broken);
        }
        boolean kept;
        try {
            kept = rows.stored(membership, base, document.id(), key.toString(), etag, original.size());
        } catch (ProblemException removedBase) {
            storage.remove(key.toString());
            throw removedBase;
        }
        if (!kept) {
            storage.remove(key.toString());
        }
    }
}
