package io.arketic.rag.live;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.chat.Chats;
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
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /chats/{chat}/events}: once, or live as server-sent events. */
@RestController
@RequestMapping("/api/v1/chats/{chat}")
class EventController {

    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");

    /** Is the number of no event: all stored events after it were missed. */
    private static final long UNKNOWN = Long.MAX_VALUE;

    private static final String DESCRIPTION =
            "Live, each event has the next number as its id; come back with Last-Event-ID to continue after it. The "
                    + "event ready comes first and names the present users. resync says that events in between are no "
                    + "longer stored, and error that you have lost the chat. typing, present and absent are momentary "
                    + "and have no number. Once, the answer has the events after the given number.";

    /**
     * Holds events after a number.
     *
     * @param last ask after it next time
     * @param resync events in between are not kept any longer
     */
    record Events(List<ChatEvent> items, long last, boolean resync) {}

    private final Chats chats;
    private final EventLog events;
    private final EventStreams streams;
    private final Presence presence;

    EventController(Chats chats, EventLog events, EventStreams streams, Presence presence) {
        this.chats = chats;
        this.events = events;
        this.streams = streams;
        this.presence = presence;
    }

    @Operation(summary = "See the events of a chat, once or live", description = DESCRIPTION)
    @Requires(Permission.CHAT_READ)
    @GetMapping("/events")
    Events once(
            Caller caller,
            @PathVariable UUID chat,
            @RequestParam(required = false) @Min(0) @Nullable Long after,
            @RequestParam(defaultValue = "100") @Min(1) @Max(500) int limit) {
        EventLog.Batch batch = events.after(caller, chat, after == null ? EventLog.NOW : after, limit);
        return new Events(batch.events(), batch.last(), batch.resync());
    }

    @Operation(summary = "See the events of a chat, once or live", description = DESCRIPTION)
    @Requires(Permission.CHAT_READ)
    @GetMapping(value = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @ApiResponse(
            responseCode = "200",
            description = "The events of the chat, once or live.",
            content =
                    @Content(
                            mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
                            schema =
                                    @Schema(
                                            anyOf = {
                                                EventStreams.Ready.class,
                                                EventStreams.Resync.class,
                                                EventStreams.Moment.class,
                                                ChatEvent.class,
                                                ProblemDetail.class
                                            })))
    void live(
            Caller caller,
            @PathVariable UUID chat,
            @RequestHeader(value = "Last-Event-ID", required = false) @Nullable String lastEventId,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        streams.open(request, response, caller, chats.require(caller, chat), number(lastEventId));
    }

    @Operation(summary = "Show the others that you are typing", description = "Repeat it every few seconds.")
    @Requires(Permission.CHAT_TAKE_PART)
    @PostMapping("/typing")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void typing(Caller caller, @PathVariable UUID chat) {
        presence.typing(chats.require(caller, chat));
    }

    private static long number(@Nullable String lastEventId) {
        if (lastEventId == null || lastEventId.isEmpty()) {
            return EventLog.NOW;
        }
        return NUMBER.matcher(lastEventId).matches() ? Long.parseLong(lastEventId) : UNKNOWN;
    }
}
