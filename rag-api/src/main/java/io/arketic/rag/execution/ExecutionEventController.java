package io.arketic.rag.execution;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code /executions/{execution}/events}: once, or live as server-sent events. */
@RestController
@RequestMapping("/api/v1/executions/{execution}/events")
class ExecutionEventController {

    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");
    private static final String DESCRIPTION =
            "Live, each event has the next number as its id; come back with Last-Event-ID to go on after it. The stream begins "
                    + "with the first event and ends after the run has. Once, it is what came after the number given.";

    record ExecutionEvents(List<ExecutionEvent> items) {}

    private final Executions executions;
    private final ExecutionStreams streams;

    ExecutionEventController(Executions executions, ExecutionStreams streams) {
        this.executions = executions;
        this.streams = streams;
    }

    @Operation(summary = "See what happens in a run, once or live", description = DESCRIPTION)
    @Requires(Permission.WORKFLOW_READ)
    @GetMapping
    ExecutionEvents once(
            Caller caller,
            @PathVariable UUID execution,
            @RequestParam(defaultValue = "0") @Min(0) long after,
            @RequestParam(defaultValue = "100") @Min(1) @Max(500) int limit) {
        return new ExecutionEvents(streams.after(executions.require(caller, execution), after, limit));
    }

    @Operation(summary = "See what happens in a run, once or live", description = DESCRIPTION)
    @Requires(Permission.WORKFLOW_READ)
    @GetMapping(produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @ApiResponse(
            responseCode = "200",
            description = "The events of the run, once or as they come.",
            content =
                    @Content(
                            mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
                            schema = @Schema(anyOf = {ExecutionEvent.class, ProblemDetail.class})))
    void live(
            Caller caller,
            @PathVariable UUID execution,
            @RequestHeader(value = "Last-Event-ID", required = false) @Nullable String lastEventId,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        ExecutionAccess access = executions.require(caller, execution);
        boolean numbered = lastEventId != null && NUMBER.matcher(lastEventId).matches();
        streams.open(request, response, caller, access, numbered ? Long.parseLong(lastEventId) : 0);
    }
}
