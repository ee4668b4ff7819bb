package io.arketic.rag.generation;

import io.arketic.embeddings.EmbeddingSpec;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.ingestion.LiveProgress;
import io.arketic.rag.knowledge.ChunkingChoice;
import io.arketic.rag.knowledge.KnowledgeAccess;
import io.arketic.rag.knowledge.KnowledgeBase;
import io.arketic.rag.knowledge.KnowledgeBases;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.schema.generation.GenerationPlan;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /knowledge-bases/{kb}/reindex}: another generation of the index, built beside the live one. */
@RestController
@RequestMapping("/api/v1/knowledge-bases/{knowledgeBase}/reindex")
class ReindexController {

    @Schema(example = """
            {"chunk_size": 800, "chunk_overlap": 100}""")
    record Wish(
            @Nullable @Size(max = 100) String embeddingModel,
            @Nullable @Min(100) @Max(20000) Integer chunkSize,
            @Nullable @Min(0) Integer chunkOverlap) {}

    /** @param generation the one that was searched before, and is wanted again */
    @Schema(example = """
            {"generation": 1}""")
    record Rollback(@NotNull @Min(1) Integer generation) {}

    private final KnowledgeBases knowledgeBases;
    private final ChunkingChoice choice;
    private final Reindexing reindexing;
    private final LiveProgress live;

    ReindexController(KnowledgeBases knowledgeBases, ChunkingChoice choice, Reindexing reindexing, LiveProgress live) {
        this.knowledgeBases = knowledgeBases;
        this.choice = choice;
        this.reindexing = reindexing;
        this.live = live;
    }

    /** Begins a generation; what the request leaves out is as in the live one. Searches continue to read that one. */
    @Operation(summary = "Build another generation of the index")
    @Requires(Permission.KNOWLEDGE_WRITE)
    @PostMapping
    @ResponseStatus(HttpStatus.ACCEPTED)
    Generation begin(Caller caller, @PathVariable UUID knowledgeBase, @Valid @RequestBody Wish wish) {
        KnowledgeAccess access = knowledgeBases.require(caller, knowledgeBase);
        return reindexing.begin(access, plan(access.knowledgeBase(), wish));
    }

    private GenerationPlan plan(KnowledgeBase base, Wish wish) {
        boolean sameModel =
                wish.embeddingModel() == null || wish.embeddingModel().equals(base.embeddingModel());
        EmbeddingSpec model =
                choice.model(wish.embeddingModel() == null ? base.embeddingModel() : wish.embeddingModel());
        int size = wish.chunkSize() == null ? base.chunkSize() : wish.chunkSize();
        Integer overlap = wish.chunkOverlap();
        if (overlap == null && base.chunkOverlap() < size) {
            overlap = base.chunkOverlap();
        }
        return new GenerationPlan(
                model.id(),
                size,
                choice.overlap(size, overlap),
                sameModel ? base.similarityThreshold() : model.defaultSimilarityThreshold());
    }

    @Operation(summary = "See the generations of the index and their progress, once or live")
    @Requires(Permission.KNOWLEDGE_READ)
    @GetMapping
    Reindexing.Progress get(Caller caller, @PathVariable UUID knowledgeBase) {
        return reindexing.progress(knowledgeBases.require(caller, knowledgeBase));
    }

    /** Sends an event {@code progress} at once and at each change. */
    @Operation(summary = "See the generations of the index and their progress, once or live")
    @Requires(Permission.KNOWLEDGE_READ)
    @GetMapping(produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @ApiResponse(
            responseCode = "200",
            description = "The present state, or a stream of events progress.",
            content =
                    @Content(
                            mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
                            schema = @Schema(anyOf = {Reindexing.Progress.class, ProblemDetail.class})))
    void watch(
            Caller caller, @PathVariable UUID knowledgeBase, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        live.open(request, response, caller, "reindex", knowledgeBase, reindexing::progress);
    }

    /** Activates a complete generation; the ingest waits while the last documents are added. */
    @Operation(
            summary = "Activate the generation that was built",
            description = "The call may be repeated: activating the live generation changes nothing.")
    @Requires(Permission.KNOWLEDGE_WRITE)
    @PostMapping("/{generation}/activate")
    Generation activate(Caller caller, @PathVariable UUID knowledgeBase, @PathVariable int generation) {
        return reindexing.activate(knowledgeBases.require(caller, knowledgeBase), generation);
    }

    @Operation(
            summary = "Go back to the former generation",
            description = "The body names the generation. The call may be repeated: for the live generation it "
                    + "changes nothing.")
    @Requires(Permission.KNOWLEDGE_WRITE)
    @PostMapping("/rollback")
    Generation rollBack(Caller caller, @PathVariable UUID knowledgeBase, @Valid @RequestBody Rollback rollback) {
        return reindexing.rollBack(knowledgeBases.require(caller, knowledgeBase), rollback.generation());
    }

    @Operation(summary = "Cancel a generation that was not activated")
    @Requires(Permission.KNOWLEDGE_WRITE)
    @PostMapping("/{generation}/cancel")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void cancel(Caller caller, @PathVariable UUID knowledgeBase, @PathVariable int generation) {
        reindexing.cancel(knowledgeBases.require(caller, knowledgeBase), generation);
    }

    @Operation(summary = "Remove the former generation; no rollback to it is possible then")
    @Requires(Permission.KNOWLEDGE_WRITE)
    @PostMapping("/{generation}/prune")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void prune(Caller caller, @PathVariable UUID knowledgeBase, @PathVariable int generation) {
        reindexing.prune(knowledgeBases.require(caller, knowledgeBase), generation);
    }
}
