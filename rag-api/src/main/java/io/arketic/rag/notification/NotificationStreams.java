package io.arketic.rag.notification;

import io.arketic.rag.bulkhead.Bulkheads;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.caller.OpenCredentials;
import io.arketic.rag.deployment.DatabaseSignals;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.live.EventStream;
import io.arketic.rag.live.OpenStreams;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Streams the state of a user's notifications: how many are unread, and the newest one. The state is sent at the
 * beginning and after each change, so a reader that comes back has missed nothing.
 */
@Component
class NotificationStreams {

    /** @param newest null without unread notifications */
    @Schema(name = "UnreadNotifications")
    record Unread(int count, @Nullable Notification newest) {}

    private static final int THREADS = 2;
    private static final int MOST = 4000;
    private static final int MOST_OF_ONE = 50;

    private final Notifications notifications;
    private final JsonMapper json;
    private final OpenStreams streams;

    NotificationStreams(
            Notifications notifications,
            OpenCredentials credentials,
            DatabaseSignals signals,
            Bulkheads bulkheads,
            JsonMapper json) {
        this.notifications = notifications;
        this.json = json;
        this.streams = new OpenStreams(
                "notification",
                THREADS,
                "arketic_notification",
                bulkheads.bulkhead("notification-streams", MOST),
                MOST_OF_ONE,
                credentials,
                signals,
                this::catchUp,
                ended -> {});
    }

    void open(HttpServletRequest request, HttpServletResponse response, Caller caller) throws IOException {
        streams.open(request, response, new EventStream(caller.userId(), caller, json, 0), caller.userId());
    }

    private void catchUp(EventStream stream) {
        // A reader that has to take bytes first is called again when there is room.
        stream.send("unread", stream.last() + 1, unread(stream.caller()));
    }

    Unread unread(Caller caller) {
        List<Notification> newest = notifications.list(caller, true, Cursor.parse(null), 1);
        return new Unread(notifications.unread(caller), newest.isEmpty() ? null : newest.get(0));
    }

    @EventListener(ContextClosedEvent.class)
    void close() {
        streams.close();
    }
}
