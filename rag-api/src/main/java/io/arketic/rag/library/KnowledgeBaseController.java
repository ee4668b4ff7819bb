package io.arketic.rag.library;

import io.arketic.embeddings.EmbeddingSpec;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.ingestion.Retries;
import io.arketic.rag.knowledge.ChunkingChoice;
import io.arketic.rag.knowledge.KnowledgeAccess;
import io.arketic.rag.knowledge.KnowledgeBase;
import io.arketic.rag.knowledge.KnowledgeBases;
import io.arketic.rag.knowledge.OcrChoice;
import io.arketic.rag.listing.Clearable;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.EntityTag;
import io.arketic.rag.listing.Page;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.removal.Removals;
import io.arketic.rag.retrieval.RerankOrder;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /organizations/{org}/knowledge-bases} and {@code /knowledge-bases/{kb}}. */
@RestController
@RequestMapping("/api/v1")
class KnowledgeBaseController {

    @Schema(example = """
            {"name": "Pump manuals", "description": "All manuals since 1987", "chunk_size": 1000, "chunk_overlap": 200}""")
    record CreationRequest(
            @NotBlank @Size(max = 200) String name,
            @Nullable @Size(max = 2000) String description,

            @Nullable @Pattern(regexp = "personal|shared|public", message = "must be personal, shared or public")
            String knowledgeBaseType,

            @Nullable @Size(max = 100) String embeddingModel,
            @Nullable @Size(max = 50) String vectorStoreType,
            @Nullable @Min(100) @Max(20000) Integer chunkSize,
            @Nullable @Min(0) Integer chunkOverlap,
            @Nullable @DecimalMin("0") @DecimalMax("1") Double similarityThreshold,
            @Nullable @Size(max = 10) List<@NotNull @Size(max = 31) String> ocrLanguages,
            @Nullable Boolean rerank) {}

    @Schema(example = """
            {"name": "Manuals", "similarity_threshold": 0.5}""")
    record ChangeRequest(
            @Nullable @Size(min = 1, max = 200) String name,
            @Clearable @Nullable @Size(max = 2000) String description,
            @Nullable @DecimalMin("0") @DecimalMax("1") Double similarityThreshold,
            @Clearable @Nullable @Size(max = 10) List<@NotNull @Size(max = 31) String> ocrLanguages,
            @Clearable @Nullable @Size(max = 50) List<@NotBlank @Size(max = 200) String> filePasswords,
            @Nullable Boolean rerank,
            @Nullable Boolean isActive,
            @Nullable Boolean isPublic) {

        /** Shows no passwords. */
        @Override
        public String toString() {
            return "ChangeRequest[name=" + name + "]";
        }
    }

    /** Is the ledger's reason for files that need a password. */
    private static final String ENCRYPTED = "ENCRYPTED";

    private final KnowledgeBases knowledgeBases;
    private final Memberships memberships;
    private final ChunkingChoice choice;
    private final OcrChoice ocr;
    private final RerankOrder rerank;
    private final Removals removals;
    private final Retries retries;

    KnowledgeBaseController(
            KnowledgeBases knowledgeBases,
            Memberships memberships,
            ChunkingChoice choice,
            OcrChoice ocr,
            RerankOrder rerank,
            Removals removals,
            Retries retries) {
        this.knowledgeBases = knowledgeBases;
        this.memberships = memberships;
        this.choice = choice;
        this.ocr = ocr;
        this.rerank = rerank;
        this.removals = removals;
        this.retries = retries;
    }

    @Operation(summary = "Create a knowledge base")
    @Requires(Permission.KNOWLEDGE_WRITE)
    @PostMapping("/organizations/{organization}/knowledge-bases")
    @ResponseStatus(HttpStatus.CREATED)
    ResponseEntity<KnowledgeBase> create(
            Caller caller, @PathVariable UUID organization, @Valid @RequestBody CreationRequest request) {
        Membership membership = memberships.require(caller, organization);
        KnowledgeBase created = knowledgeBases.create(membership, complete(request));
        return ResponseEntity.created(URI.create("/api/v1/knowledge-bases/" + created.id()))
                .eTag(created.etag().text())
                .body(created);
    }

    @Operation(summary = "List the knowledge bases of an organization, the newest first")
    @Requires(Permission.KNOWLEDGE_READ)
    @GetMapping("/organizations/{organization}/knowledge-bases")
    Page<KnowledgeBase> list(
            Caller caller,
            @PathVariable UUID organization,
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        Membership membership = memberships.require(caller, organization);
        return Page.of(knowledgeBases.list(membership, Cursor.parse(cursor), limit + 1), limit, KnowledgeBase::id);
    }

    @Operation(summary = "See a knowledge base")
    @Requires(Permission.KNOWLEDGE_READ)
    @GetMapping("/knowledge-bases/{knowledgeBase}")
    ResponseEntity<KnowledgeBase> get(Caller caller, @PathVariable UUID knowledgeBase) {
        return answer(knowledgeBases.require(caller, knowledgeBase).knowledgeBase());
    }

    @Operation(
            summary = "Change a knowledge base",
            description = "`is_public: true` lets callers without an account see, search and ask it under "
                    + "/public/knowledge-bases, and sets knowledge_base_type to public. `is_public: false` ends this with"
                    + " the next request and sets it to shared. Left out, is_public stays as it is. The owner and"
                    + " admins may change it; a personal one cannot be public. `file_passwords` replaces the passwords"
                    + " that are tried in this order on encrypted files (PDF, Office, 7z) of this knowledge base only;"
                    + " null removes them. They are stored encrypted and never shown: file_password_count is their"
                    + " number. Up to a thousand files that failed with ENCRYPTED are then read again.")
    @Requires(Permission.KNOWLEDGE_WRITE)
    @PatchMapping("/knowledge-bases/{knowledgeBase}")
    ResponseEntity<KnowledgeBase> change(
            Caller caller,
            @PathVariable UUID knowledgeBase,
            @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @Valid @RequestBody ChangeRequest request) {
        KnowledgeAccess access = knowledgeBases.require(caller, knowledgeBase);
        KnowledgeBases.Change change = new KnowledgeBases.Change(
                request.name(),
                request.description(),
                request.similarityThreshold(),
                ocr.of(request.ocrLanguages()),
                distinct(request.filePasswords()),
                reranked(request.rerank()),
                request.isActive(),
                request.isPublic());
        KnowledgeBase changed =
                knowledgeBases.change(access.membership(), knowledgeBase, EntityTag.required(ifMatch), change);
        if (request.filePasswords() != null && !request.filePasswords().isEmpty()) {
            retries.retry(access, ENCRYPTED);
        }
        return answer(changed);
    }

    private static @Nullable List<String> distinct(@Nullable List<String> passwords) {
        return passwords == null ? null : passwords.stream().distinct().toList();
    }

    /**
     * Removes a knowledge base: it is not found from now on; its documents and chunks are removed in the background.
     *
     * @param objects whether the files in the bucket go, too; those that stay are not read any more
     */
    @Operation(summary = "Remove a knowledge base with all its documents, and optionally its files")
    @Requires(Permission.KNOWLEDGE_REMOVE)
    @DeleteMapping("/knowledge-bases/{knowledgeBase}")
    @ResponseStatus(HttpStatus.ACCEPTED)
    void remove(
            Caller caller, @PathVariable UUID knowledgeBase, @RequestParam(defaultValue = "false") boolean objects) {
        removals.request(knowledgeBases.require(caller, knowledgeBase), objects);
    }

    /** Completes a request with this deployment's defaults. */
    private KnowledgeBases.Creation complete(CreationRequest request) {
        if (request.vectorStoreType() != null && !request.vectorStoreType().equals("pgvector")) {
            throw ProblemException.ofField(
                    ProblemReason.UNSUPPORTED_VECTOR_STORE, "vector_store_type", "can only be pgvector here");
        }
        EmbeddingSpec model = choice.model(request.embeddingModel());
        int chunkSize = request.chunkSize() == null ? ChunkingChoice.DEFAULT_SIZE : request.chunkSize();
        return new KnowledgeBases.Creation(
                request.name().strip(),
                request.description(),
                request.knowledgeBaseType() == null ? "shared" : request.knowledgeBaseType(),
                model.id(),
                chunkSize,
                choice.overlap(chunkSize, request.chunkOverlap()),
                request.similarityThreshold() == null
                        ? model.defaultSimilarityThreshold()
                        : request.similarityThreshold(),
                ocr.of(request.ocrLanguages()),
                Boolean.TRUE.equals(reranked(request.rerank())));
    }

    /** Refuses the choice if the deployment cannot carry it out. */
    private @Nullable Boolean reranked(@Nullable Boolean wanted) {
        rerank.mustBeAvailable(wanted);
        return wanted;
    }

    private static ResponseEntity<KnowledgeBase> answer(KnowledgeBase knowledgeBase) {
        return ResponseEntity.ok().eTag(knowledgeBase.etag().text()).body(knowledgeBase);
    }
}
