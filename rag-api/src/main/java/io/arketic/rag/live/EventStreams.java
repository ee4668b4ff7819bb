package io.arketic.rag.live;

import io.arketic.rag.bulkhead.Bulkheads;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.caller.OpenCredentials;
import io.arketic.rag.chat.ChatAccess;
import io.arketic.rag.deployment.DatabaseSignals;
import io.arketic.rag.live.EventLog.Batch;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Streams the events of chats, each as its reader may see it then, with who is present and what is momentary. */
@Component
class EventStreams {

    /** Begins a stream: the last event and the present users. */
    record Ready(long last, List<UUID> present) {}

    /** Tells a reader that events in between are no longer stored. */
    record Resync(long last) {}

    /** Names one user of a momentary event. */
    record Moment(UUID userId) {}

    private static final int THREADS = 4;
    private static final int BATCH = 100;
    private static final int MOST = 4000;
    private static final int MOST_OF_ONE = 1000;

    private final EventLog events;
    private final Presence presence;
    private final JsonMapper json;
    private final OpenStreams streams;

    EventStreams(
            EventLog events,
            Presence presence,
            OpenCredentials credentials,
            DatabaseSignals signals,
            Bulkheads bulkheads,
            JsonMapper json) {
        this.events = events;
        this.presence = presence;
        this.json = json;
        this.streams = new OpenStreams(
                "chat",
                THREADS,
                "arketic_chat",
                bulkheads.bulkhead("chat-streams", MOST),
                MOST_OF_ONE,
                credentials,
                signals,
                this::catchUp,
                this::closed);
        signals.subscribe("arketic_chat_moment", this::moment);
    }

    /**
     * Answers the request with a stream.
     *
     * @param last the number of the last event that the reader has, or {@link EventLog#NOW}
     */
    void open(HttpServletRequest request, HttpServletResponse response, Caller caller, ChatAccess access, long last)
            throws IOException {
        streams.open(
                request,
                response,
                new EventStream(access.chat().id(), caller, json, last),
                access.membership().organizationId());
    }

    private void closed(EventStream stream) {
        if (streams.of(stream.subject()).stream()
                .noneMatch(
                        other -> other.caller().userId().equals(stream.caller().userId()))) {
            streams.submit(() -> presence.leave(stream.caller(), stream.subject()));
        }
    }

    private void catchUp(EventStream stream) {
        boolean more = true;
        while (more && !stream.isGone()) {
            Batch batch = events.after(stream.caller(), stream.subject(), stream.last(), BATCH);
            if (!stream.greeted()) {
                // The reader's number is where it begins; without one it is the last that there is.
                long begin = stream.last() == EventLog.NOW || batch.resync() ? batch.last() : stream.last();
                List<UUID> present = presence.enter(stream.caller(), stream.subject());
                stream.greeted(begin);
                if (stream.isGone()) {
                    presence.leave(stream.caller(), stream.subject());
                    return;
                }
                if (batch.resync()) {
                    stream.send("resync", begin, new Resync(begin));
                }
                stream.send("ready", begin, new Ready(begin, present));
            }
            for (ChatEvent event : batch.events()) {
                if (!stream.send(event.type(), event.number(), event)) {
                    // The rest is read again when there is room for it.
                    return;
                }
            }
            more = batch.more();
        }
    }

    private void moment(String payload) {
        String[] words = payload.split(" ");
        UUID user = UUID.fromString(words[2]);
        for (EventStream stream : streams.of(UUID.fromString(words[1]))) {
            if (!stream.caller().userId().equals(user)) {
                streams.submit(() -> stream.send(words[0], new Moment(user)));
            }
        }
    }

    @EventListener(ContextClosedEvent.class)
    void close() {
        streams.close();
    }
}
