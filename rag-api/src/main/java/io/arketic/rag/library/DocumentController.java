package io.arketic.rag.library;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.ingestion.Retries;
import io.arketic.rag.knowledge.DocumentMetadata;
import io.arketic.rag.knowledge.KnowledgeAccess;
import io.arketic.rag.knowledge.KnowledgeBases;
import io.arketic.rag.knowledge.KnowledgeChunks;
import io.arketic.rag.knowledge.KnowledgeDocument;
import io.arketic.rag.knowledge.KnowledgeDocuments;
import io.arketic.rag.knowledge.KnowledgeDocuments.DocumentText;
import io.arketic.rag.knowledge.StoredChunk;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.Page;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.storage.DownloadLink;
import io.arketic.rag.storage.ObjectStorage;
import io.arketic.rag.storage.ObjectStorage.StoredObject;
import io.arketic.rag.storage.UploadName;
import io.arketic.schema.ledger.ObjectKey;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.InputStreamResource;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

/** Serves {@code /knowledge-bases/{kb}/documents}. */
@RestController
@RequestMapping("/api/v1/knowledge-bases/{knowledgeBase}/documents")
class DocumentController {

    private static final String STATUSES = "uploading|pending|processing|completed|failed|deleted";

    /** Limits one part of a text, in code points. */
    private static final int MOST_CHARACTERS = 1_000_000;

    private static final String METADATA =
            "A JSON object of keys of your own, for filters; {} removes those of a file that is replaced.";
    private static final int LAST_OFFSET = 1_000_000_000;

    record Accepted(List<KnowledgeDocument> items) {}

    private final KnowledgeBases knowledgeBases;
    private final KnowledgeDocuments documents;
    private final KnowledgeChunks chunks;
    private final Uploads uploads;
    private final ObjectStorage storage;
    private final Retries retries;

    DocumentController(
            KnowledgeBases knowledgeBases,
            KnowledgeDocuments documents,
            KnowledgeChunks chunks,
            Uploads uploads,
            ObjectStorage storage,
            Retries retries) {
        this.knowledgeBases = knowledgeBases;
        this.documents = documents;
        this.chunks = chunks;
        this.uploads = uploads;
        this.storage = storage;
        this.retries = retries;
    }

    /** Checks all names before the first file is stored. */
    @Operation(summary = "Upload files")
    @Requires(Permission.KNOWLEDGE_WRITE)
    @PostMapping(consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    @ResponseStatus(HttpStatus.ACCEPTED)
    Accepted upload(
            Caller caller,
            @PathVariable UUID knowledgeBase,
            @RequestParam(required = false) @Nullable List<MultipartFile> files,
            @RequestParam(required = false) @Nullable String path,
            @Parameter(description = METADATA, example = "{\"department\": \"legal\"}")
                    @RequestParam(required = false)
                    @Nullable
                    String metadata) {
        KnowledgeAccess access = knowledgeBases.require(caller, knowledgeBase);
        if (files == null || files.isEmpty()) {
            throw ProblemException.ofField(ProblemReason.INVALID_INPUT, "files", "must hold at least one file");
        }
        if (!access.knowledgeBase().isActive()) {
            throw new ProblemException(ProblemReason.CONFLICT, "The knowledge base is not active.");
        }
        String stored = DocumentMetadata.of(metadata);
        Map<MultipartFile, ObjectKey> keys = new LinkedHashMap<>();
        for (MultipartFile file : files) {
            keys.put(
                    file,
                    UploadName.key(
                            access.membership().organizationSlug(), knowledgeBase, path, file.getOriginalFilename()));
        }
        List<KnowledgeDocument> accepted = new ArrayList<>();
        keys.forEach((file, key) -> accepted.add(uploads.store(access, key, file, stored)));
        return new Accepted(accepted);
    }

    @Operation(summary = "List documents, the newest first")
    @Requires(Permission.KNOWLEDGE_READ)
    @GetMapping
    Page<KnowledgeDocument> list(
            Caller caller,
            @PathVariable UUID knowledgeBase,
            @RequestParam(defaultValue = "50") @Min(1) @Max(500) int limit,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(required = false)
                    @Pattern(regexp = STATUSES, message = "must be one of " + STATUSES)
                    @Nullable
                    String status,
            @Parameter(
                            description =
                                    "Selects documents whose name, title or text contains these words; \"a phrase\" "
                                            + "together, -without one.",
                            example = "pump filter")
                    @RequestParam(required = false)
                    @Size(min = 1, max = 200)
                    @Nullable
                    String q,
            @Parameter(
                            description =
                                    "Selects documents that were read in part, with a warning of this kind; not with q.")
                    @RequestParam(required = false)
                    @Pattern(regexp = "[A-Z_]{1,64}", message = "must be a kind of warning, such as NEEDS_OCR")
                    @Size(max = 64)
                    @Nullable
                    String warning) {
        KnowledgeAccess access = knowledgeBases.require(caller, knowledgeBase);
        Cursor from = Cursor.parse(cursor);
        if (q != null && warning != null) {
            throw ProblemException.ofField(ProblemReason.INVALID_INPUT, "warning", "does not go with q");
        }
        return Page.of(
                q == null
                        ? documents.list(access, status, warning, from, limit + 1)
                        : documents.search(access, q, status, from, limit + 1),
                limit,
                KnowledgeDocument::id);
    }

    @Operation(summary = "See a document")
    @Requires(Permission.KNOWLEDGE_READ)
    @GetMapping("/{document}")
    KnowledgeDocument get(Caller caller, @PathVariable UUID knowledgeBase, @PathVariable UUID document) {
        return documents.require(knowledgeBases.require(caller, knowledgeBase), document);
    }

    @Operation(summary = "Delete a document with its original")
    @Requires(Permission.KNOWLEDGE_WRITE)
    @DeleteMapping("/{document}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(Caller caller, @PathVariable UUID knowledgeBase, @PathVariable UUID document) {
        KnowledgeAccess access = knowledgeBases.require(caller, knowledgeBase);
        KnowledgeDocument found = documents.require(access, document);
        if (found.sourceDocumentId() != null) {
            throw new ProblemException(
                    ProblemReason.CONFLICT,
                    "It follows a document of the drive; take that one, or its folder, out of the knowledge base.");
        }
        uploads.delete(access, found);
    }

    @Operation(summary = "Retry a document whose file is dead")
    @Requires(Permission.KNOWLEDGE_WRITE)
    @PostMapping("/{document}/retry")
    @ResponseStatus(HttpStatus.ACCEPTED)
    KnowledgeDocument retry(Caller caller, @PathVariable UUID knowledgeBase, @PathVariable UUID document) {
        KnowledgeAccess access = knowledgeBases.require(caller, knowledgeBase);
        documents.require(access, document);
        if (!retries.retry(access, document)) {
            throw new ProblemException(ProblemReason.CONFLICT, "The document's file is not dead.");
        }
        return documents.require(access, document);
    }

    /** Returns a part of the text; the next one begins at its {@code next_offset}. */
    @Operation(summary = "Get a document's text")
    @Requires(Permission.KNOWLEDGE_READ)
    @GetMapping("/{document}/text")
    DocumentText text(
            Caller caller,
            @PathVariable UUID knowledgeBase,
            @PathVariable UUID document,
            @RequestParam(defaultValue = "0") @Min(0) @Max(LAST_OFFSET) int offset,
            @RequestParam(defaultValue = "" + MOST_CHARACTERS) @Min(1) @Max(MOST_CHARACTERS) int limit) {
        KnowledgeAccess access = knowledgeBases.require(caller, knowledgeBase);
        documents.require(access, document);
        return documents.text(access, document, offset, limit).orElseThrow(() -> ProblemException.notFound("text yet"));
    }

    /** Returns the text like {@link #text}; headers give the total length and the next offset. */
    @Operation(summary = "Get a document's text")
    @Requires(Permission.KNOWLEDGE_READ)
    @GetMapping(value = "/{document}/text", produces = MediaType.TEXT_PLAIN_VALUE)
    ResponseEntity<String> plainText(
            Caller caller,
            @PathVariable UUID knowledgeBase,
            @PathVariable UUID document,
            @RequestParam(defaultValue = "0") @Min(0) @Max(LAST_OFFSET) int offset,
            @RequestParam(defaultValue = "" + MOST_CHARACTERS) @Min(1) @Max(MOST_CHARACTERS) int limit) {
        DocumentText part = text(caller, knowledgeBase, document, offset, limit);
        ResponseEntity.BodyBuilder answer = ResponseEntity.ok()
                .contentType(new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8))
                .header("X-Total-Characters", Integer.toString(part.characters()));
        if (part.nextOffset() != null) {
            answer.header("X-Next-Offset", Integer.toString(part.nextOffset()));
        }
        return answer.body(part.text());
    }

    /** Returns chunks in order of their ordinals; the cursor is the last ordinal of the page before. */
    @Operation(summary = "List a document's chunks, in order")
    @Requires(Permission.KNOWLEDGE_READ)
    @GetMapping("/{document}/chunks")
    Chunks chunks(
            Caller caller,
            @PathVariable UUID knowledgeBase,
            @PathVariable UUID document,
            @RequestParam(defaultValue = "100") @Min(1) @Max(500) int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        KnowledgeAccess access = knowledgeBases.require(caller, knowledgeBase);
        documents.require(access, document);
        List<StoredChunk> rows = chunks.list(access, document, after(cursor), limit + 1);
        if (rows.size() <= limit) {
            return new Chunks(rows, null);
        }
        UUID last = new UUID(0, rows.get(limit - 1).chunkIndex());
        return new Chunks(rows.subList(0, limit), new Cursor(last).toString());
    }

    /** Returns the number of the chunk that the list goes on after. */
    private static int after(@Nullable String cursor) {
        return cursor == null ? -1 : (int) Cursor.parse(cursor).after().getLeastSignificantBits();
    }

    record Chunks(List<StoredChunk> items, @Nullable String nextCursor) {}

    /** Serves the original for saving, never for display in our origin: any user may have dropped it. */
    @Operation(summary = "Download the original")
    @Requires(Permission.KNOWLEDGE_READ)
    @GetMapping("/{document}/content")
    ResponseEntity<InputStreamResource> content(
            Caller caller, @PathVariable UUID knowledgeBase, @PathVariable UUID document) {
        return content(caller, knowledgeBase, document, null);
    }

    /** @param version of the document; where its original is not kept, and for null, the newest one is opened */
    ResponseEntity<InputStreamResource> content(
            Caller caller, UUID knowledgeBase, UUID document, @Nullable Integer version) {
        KnowledgeAccess access = knowledgeBases.require(caller, knowledgeBase);
        KnowledgeDocument found = documents.require(access, document);
        UUID tenant = access.membership().organizationId();
        StoredObject object = (version == null
                        ? Optional.<String>empty()
                        : documents.driveKey(access, document, version))
                .map(key -> storage.beside("documents").open(tenant, key))
                .orElseGet(() -> storage.open(tenant, found.filePath()));
        ResponseEntity.BodyBuilder answer = ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .header("X-Document-Media-Type", found.mimeType())
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment()
                                .filename(found.filename(), StandardCharsets.UTF_8)
                                .build()
                                .toString())
                .header("Content-Security-Policy", "default-src 'none'; sandbox");
        if (object.size() >= 0) {
            answer.contentLength(object.size());
        }
        return answer.body(new InputStreamResource(object.bytes()));
    }

    /** Returns a link with the type of no document, so that the store's origin does not display it either. */
    @Operation(
            summary = "Get a link to download the original from the store itself",
            description = "The link opens for a few minutes without a token, for every holder; only the store "
                    + "must be reachable. It returns the bytes of that moment, for saving.")
    @Requires(Permission.KNOWLEDGE_READ)
    @GetMapping("/{document}/content/link")
    DownloadLink link(Caller caller, @PathVariable UUID knowledgeBase, @PathVariable UUID document) {
        KnowledgeAccess access = knowledgeBases.require(caller, knowledgeBase);
        KnowledgeDocument found = documents.require(access, document);
        return storage.link(
                access.membership().organizationId(),
                found.filePath(),
                found.filename(),
                MediaType.APPLICATION_OCTET_STREAM_VALUE);
    }
}
