package io.arketic.rag.answer;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.knowledge.KnowledgeAccess;
import io.arketic.rag.knowledge.KnowledgeBases;
import io.arketic.rag.knowledge.KnowledgeChunks;
import io.arketic.rag.knowledge.KnowledgeDocument;
import io.arketic.rag.knowledge.KnowledgeDocuments;
import io.arketic.rag.knowledge.StoredChunk;
import io.arketic.rag.listing.Clearable;
import io.arketic.rag.listing.EntityTag;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;

/** Serves {@code /knowledge-bases/{kb}/documents/{document}/chunks/{chunk}}. */
@RestController
@RequestMapping("/api/v1/knowledge-bases/{knowledgeBase}/documents/{document}/chunks/{chunk}")
class ChunkController {

    @Schema(name = "ChunkSummarizing", example = """
            {"model": "extractive"}""")
    record ChunkSummarizing(
            @Nullable @Size(min = 1, max = 50) String model) {}

    @Schema(name = "ChunkChange", example = """
            {"keywords": ["pump", "impeller"], "summary": "How the pump is built."}""")
    record ChunkChange(
            @Clearable @Nullable @Size(max = 20) List<@NotBlank @Size(max = 100) String> keywords,
            @Clearable @Nullable @Size(max = 2000) String summary,
            @Nullable Boolean enabled) {}

    private final KnowledgeBases knowledgeBases;
    private final KnowledgeDocuments documents;
    private final KnowledgeChunks chunks;
    private final ChunkSummaries summaries;
    private final AnswerStreams streams;

    ChunkController(
            KnowledgeBases knowledgeBases,
            KnowledgeDocuments documents,
            KnowledgeChunks chunks,
            ChunkSummaries summaries,
            AnswerStreams streams) {
        this.knowledgeBases = knowledgeBases;
        this.documents = documents;
        this.chunks = chunks;
        this.summaries = summaries;
        this.streams = streams;
    }

    @Operation(
            summary = "See a chunk with its summary",
            description =
                    "By its `chunk_index` in the live generation. The first reader has it made from the chunk's own sentences. What is written of a chunk belongs to its text: a reindex keeps it where it cuts the text alike.")
    @Requires(Permission.KNOWLEDGE_READ)
    @GetMapping
    ResponseEntity<StoredChunk> get(
            Caller caller,
            @PathVariable UUID knowledgeBase,
            @PathVariable UUID document,
            @PathVariable @Min(0) int chunk) {
        KnowledgeAccess access = knowledgeBases.require(caller, knowledgeBase);
        return summaries
                .summarized(access, documents.require(access, document), chunk)
                .answer();
    }

    @Operation(
            summary = "Write a chunk's keywords or summary, or switch the chunk off and on",
            description =
                    "Keywords and summary stand in place of those that are made, and null restores the generated ones. Searches leave out a chunk that is not `enabled`, unless `filter.include_disabled` shows it to a caller that may edit the knowledge base. All of this belongs to the chunk's text and stays after a reindex where the text of the chunk stays the same.")
    @Requires(Permission.KNOWLEDGE_WRITE)
    @PatchMapping
    ResponseEntity<StoredChunk> change(
            Caller caller,
            @PathVariable UUID knowledgeBase,
            @PathVariable UUID document,
            @PathVariable @Min(0) int chunk,
            @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @Valid @RequestBody ChunkChange change) {
        KnowledgeAccess access = knowledgeBases.require(caller, knowledgeBase);
        EntityTag basis = EntityTag.required(ifMatch);
        return chunks.change(
                        access,
                        documents.require(access, document).id(),
                        chunk,
                        basis,
                        new KnowledgeChunks.Notes(
                                change.keywords() == null
                                        ? null
                                        : change.keywords().stream()
                                                .map(String::strip)
                                                .distinct()
                                                .toList(),
                                change.summary() == null
                                        ? null
                                        : change.summary().strip(),
                                change.enabled()))
                .answer();
    }

    @Operation(
            summary = "Summarize a chunk again",
            description = "By `model`, or the organization's default model. `extractive` is free; a language model is "
                    + "charged as for a question.")
    @Requires(Permission.KNOWLEDGE_WRITE)
    @PostMapping("/summary")
    DeferredResult<StoredChunk> summarize(
            Caller caller,
            @PathVariable UUID knowledgeBase,
            @PathVariable UUID document,
            @PathVariable @Min(0) int chunk,
            @Valid @RequestBody ChunkSummarizing wish) {
        KnowledgeAccess access = knowledgeBases.require(caller, knowledgeBase);
        KnowledgeDocument found = documents.require(access, document);
        return streams.whole(
                access.membership().organizationId(),
                cancellation -> summaries.summarize(access, found, chunk, wish.model(), cancellation));
    }
}
