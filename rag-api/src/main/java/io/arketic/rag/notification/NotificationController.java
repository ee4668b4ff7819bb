package io.arketic.rag.notification;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.Page;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /notifications}: those of the caller, in all organizations. */
@RestController
@RequestMapping("/api/v1/notifications")
@Tag(name = "Notifications")
class NotificationController {

    private static final String UNREAD = "See how many notifications are unread, once or live";
    private static final String STATE =
            "Live, the event unread has the count, up to 1,000, and the newest unread notification: at the beginning and "
                    + "after each change.";

    private final Notifications notifications;
    private final NotificationStreams streams;

    NotificationController(Notifications notifications, NotificationStreams streams) {
        this.notifications = notifications;
        this.streams = streams;
    }

    @Operation(
            summary = "List your notifications, the newest first",
            description = "They are kept for 90 days. The preference notifications_enabled switches all of them off; "
                    + "custom_settings.notifications.KIND = off switches one kind off, {\"mail\": \"off\"} one channel of it."
                    + " GET /custom-settings-schema/user describes them.")
    @Requires(Permission.NOTIFICATIONS)
    @GetMapping
    Page<Notification> list(
            Caller caller,
            @RequestParam(defaultValue = "false") boolean unread,
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        return Page.of(notifications.list(caller, unread, Cursor.parse(cursor), limit + 1), limit, Notification::id);
    }

    @Operation(summary = UNREAD, description = STATE)
    @Requires(Permission.NOTIFICATIONS)
    @GetMapping("/unread")
    NotificationStreams.Unread unread(Caller caller) {
        return streams.unread(caller);
    }

    @Operation(summary = UNREAD, description = STATE)
    @Requires(Permission.NOTIFICATIONS)
    @GetMapping(value = "/unread", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @ApiResponse(
            responseCode = "200",
            description = "The count and the newest one, once or live.",
            content =
                    @Content(
                            mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
                            schema = @Schema(anyOf = {NotificationStreams.Unread.class, ProblemDetail.class})))
    void live(Caller caller, HttpServletRequest request, HttpServletResponse response) throws IOException {
        streams.open(request, response, caller);
    }

    @Operation(summary = "Mark a notification read")
    @Requires(Permission.NOTIFICATIONS)
    @PostMapping("/{notification}/read")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void read(Caller caller, @PathVariable UUID notification) {
        notifications.mark(caller, notification, true);
    }

    @Operation(summary = "Mark a notification unread")
    @Requires(Permission.NOTIFICATIONS)
    @PostMapping("/{notification}/unread")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void markUnread(Caller caller, @PathVariable UUID notification) {
        notifications.mark(caller, notification, false);
    }

    @Operation(summary = "Mark all your notifications read")
    @Requires(Permission.NOTIFICATIONS)
    @PostMapping("/read")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void readAll(Caller caller) {
        notifications.markAllRead(caller);
    }
}
