package io.arketic.rag.ingestion;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.knowledge.FailureAdvice;
import io.arketic.rag.knowledge.KnowledgeBases;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.io.IOException;
import java.time.Instant;
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

/** Serves {@code /knowledge-bases/{kb}/ingestion}: once, or live as server-sent events. */
@RestController
@RequestMapping("/api/v1/knowledge-bases/{knowledgeBase}/ingestion")
class IngestionController {

    @Schema(example = """
            {"reason": "TIME_LIMIT"}""")
    record RetryRequest(
            @NotBlank @Pattern(regexp = "[A-Z_]{1,64}", message = "must be one of the reasons under failures")
            String reason) {}

    /** @param retried files that are looked at again; more than a thousand wait for the next request */
    record Retried(int retried) {}

    @Schema(example = """
            {"read_before": "2026-11-01T00:00:00Z"}""")
    record RereadRequest(
            @NotNull Instant readBefore,

            @Nullable @Pattern(regexp = "[A-Z_]{1,64}", message = "must be a kind of warning, such as NEEDS_OCR")
            String warning) {}

    /** @param opened files that are read again; more than a hundred wait for the next request, of the same time */
    record Reread(int opened) {}

    private final KnowledgeBases knowledgeBases;
    private final IngestionProgress progress;
    private final Retries retries;
    private final Reextraction rereading;
    private final LiveProgress live;

    IngestionController(
            KnowledgeBases knowledgeBases,
            IngestionProgress progress,
            Retries retries,
            Reextraction rereading,
            LiveProgress live) {
        this.knowledgeBases = knowledgeBases;
        this.progress = progress;
        this.retries = retries;
        this.rereading = rereading;
        this.live = live;
    }

    @Operation(summary = "See the states of the dropped files, once or live")
    @Requires(Permission.KNOWLEDGE_READ)
    @GetMapping
    IngestionProgress.Snapshot get(Caller caller, @PathVariable UUID knowledgeBase) {
        return progress.read(knowledgeBases.require(caller, knowledgeBase));
    }

    /** Sends an event {@code progress} at once and at each change, and a comment after a silence. */
    @Operation(summary = "See the states of the dropped files, once or live")
    @Requires(Permission.KNOWLEDGE_READ)
    @GetMapping(produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @ApiResponse(
            responseCode = "200",
            description = "The present state, or a stream of events progress.",
            content =
                    @Content(
                            mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
                            schema = @Schema(anyOf = {IngestionProgress.Snapshot.class, ProblemDetail.class})))
    void watch(
            Caller caller, @PathVariable UUID knowledgeBase, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        live.open(request, response, caller, "ingestion", knowledgeBase, progress::read);
    }

    /** Reads the files again with the present parsers, limits and models. */
    @Operation(summary = "Retry all files that are dead for one reason")
    @Requires(Permission.KNOWLEDGE_WRITE)
    @PostMapping("/retry")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Retried retry(Caller caller, @PathVariable UUID knowledgeBase, @Valid @RequestBody RetryRequest request) {
        int retried = retries.retry(knowledgeBases.require(caller, knowledgeBase), request.reason());
        if (retried == 0 && !FailureAdvice.knows(request.reason())) {
            throw ProblemException.ofField(
                    ProblemReason.INVALID_INPUT, "reason", "is no reason of a dead file: " + FailureAdvice.reasons());
        }
        return new Retried(retried);
    }

    /**
     * Reads files again. A different result becomes a new version of its document, in one commit; a file that cannot be
     * read keeps its text. With {@code warning} it reads only files with this warning.
     */
    @Operation(summary = "Read indexed files again that were last read before a moment")
    @Requires(Permission.KNOWLEDGE_WRITE)
    @PostMapping("/reextract")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Reread reextract(Caller caller, @PathVariable UUID knowledgeBase, @Valid @RequestBody RereadRequest request) {
        return new Reread(
                rereading.open(knowledgeBases.require(caller, knowledgeBase), request.readBefore(), request.warning()));
    }
}
