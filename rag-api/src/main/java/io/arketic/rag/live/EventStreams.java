package io.arketic.rag.live;

import io.arketic.rag.bulkhead.Bulkhead;
import io.arketic.rag.bulkhead.Bulkheads;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.caller.OpenCredentials;
import io.arketic.rag.chat.ChatAccess;
import io.arketic.rag.deployment.DatabaseSignals;
import io.arketic.rag.deployment.EventOutput;
import io.arketic.rag.deployment.Steady;
import io.arketic.rag.live.EventLog.Batch;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Manages the open streams of this process. An idle one takes no thread and no connection. On a signal of the database
 * for its chat, a few threads read the events after its last one, as its reader may see them then.
 */
@Component
class EventStreams {

    /** Begins a stream: the last event and the present users. */
    record Ready(long last, List<UUID> present) {}

    /** Tells a reader that events in between are no longer stored. */
    record Resync(long last) {}

    /** Names one user of a momentary event. */
    record Moment(UUID userId) {}

    private static final Logger log = LoggerFactory.getLogger(EventStreams.class);
    private static final int THREADS = 4;
    private static final int BATCH = 100;
    private static final int MOST = 4000;
    private static final int MOST_OF_ONE = 1000;
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    /** Limits a stream; then the reader comes back, with a token that is valid then. */
    private static final Duration LONGEST = Duration.ofMinutes(15);

    private final Bulkhead places;
    private final EventLog events;
    private final Presence presence;
    private final OpenCredentials credentials;
    private final JsonMapper json;
    private final Map<UUID, Set<EventStream>> streams = new ConcurrentHashMap<>();
    private final ScheduledExecutorService workers = Executors.newScheduledThreadPool(THREADS, task -> {
        Thread thread = new Thread(task, "chat-events");
        thread.setDaemon(true);
        return thread;
    });

    EventStreams(
            EventLog events,
            Presence presence,
            OpenCredentials credentials,
            DatabaseSignals signals,
            Bulkheads bulkheads,
            JsonMapper json) {
        this.places = bulkheads.bulkhead("chat-streams", MOST);
        this.events = events;
        this.presence = presence;
        this.credentials = credentials;
        this.json = json;
        signals.subscribe("arketic_chat", chat -> of(UUID.fromString(chat)).forEach(this::call));
        signals.subscribe(
                "arketic_access",
                user -> submit(() -> lookAgain(all().stream()
                        .filter(stream -> stream.caller().userId().equals(UUID.fromString(user)))
                        .toList())));
        signals.subscribe("arketic_chat_moment", this::moment);
        signals.whenConnected(() -> submit(() -> lookAgain(all())));
        Steady.every(HEARTBEAT, workers, "The heartbeat of chats", this::beat);
    }

    /**
     * Answers the request with a stream.
     *
     * @param last the number of the last event that the reader has, or {@link EventLog#NOW}
     */
    void open(HttpServletRequest request, HttpServletResponse response, Caller caller, ChatAccess access, long last)
            throws IOException {
        if (all().stream()
                        .filter(stream -> stream.caller().userId().equals(caller.userId()))
                        .count()
                >= MOST_OF_ONE) {
            throw ProblemException.tooManyRequests("Too many live streams.", Duration.ofSeconds(10));
        }
        UUID chat = access.chat().id();
        EventStream stream = new EventStream(chat, caller, json, last);
        Bulkhead.Place place = places.enter(access.membership().organizationId());
        Runnable end = () -> {
            place.close();
            closed(stream);
        };
        try {
            stream.writeTo(EventOutput.open(request, response, LONGEST, end, () -> call(stream)));
        } catch (IOException | RuntimeException failure) {
            place.close();
            throw failure;
        }
        // Registered before the log is read, so that later commits are signalled to it.
        streams.computeIfAbsent(chat, id -> ConcurrentHashMap.newKeySet()).add(stream);
        if (stream.isGone()) {
            closed(stream);
        }
        call(stream);
    }

    private void closed(EventStream stream) {
        stream.end();
        streams.computeIfPresent(stream.subject(), (chat, open) -> {
            open.remove(stream);
            return open.isEmpty() ? null : open;
        });
        if (of(stream.subject()).stream()
                .noneMatch(
                        other -> other.caller().userId().equals(stream.caller().userId()))) {
            submit(() -> presence.leave(stream.caller(), stream.subject()));
        }
    }

    private void call(EventStream stream) {
        if (stream.called()) {
            submit(() -> deliver(stream));
        }
    }

    private void submit(Runnable task) {
        try {
            workers.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException | Error failure) {
                    log.error("Events of a chat were not delivered", failure);
                }
            });
        } catch (RejectedExecutionException closing) {
            log.debug("The process is ending", closing);
        }
    }

    private void deliver(EventStream stream) {
        int seen;
        do {
            seen = stream.callsSoFar();
            try {
                catchUp(stream);
            } catch (ProblemException refused) {
                stream.send("error", refused.body());
                stream.end();
            } catch (DataAccessException failure) {
                log.warn("Events of a chat could not be read, they are read again: {}", failure.getMessage());
                stream.fallBehind();
            } catch (RuntimeException | Error failure) {
                // A stream without its events would look idle, so its reader has to come back instead.
                log.error("Events of a chat cannot be delivered", failure);
                stream.end();
            }
        } while (!stream.answered(seen));
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
        for (EventStream stream : of(UUID.fromString(words[1]))) {
            if (!stream.caller().userId().equals(user)) {
                submit(() -> stream.send(words[0], new Moment(user)));
            }
        }
    }

    private void beat() {
        List<EventStream> open = all();
        try {
            endRevoked(open);
        } catch (RuntimeException failure) {
            log.warn("Could not check which readers still have access, again at the next heartbeat", failure);
        }
        for (EventStream stream : open) {
            try {
                stream.beat();
                if (stream.catchUp()) {
                    call(stream);
                }
            } catch (RuntimeException failure) {
                // Only for this one; without the catch, no stream would get a heartbeat again.
                log.error("A stream of events could not be kept alive", failure);
                stream.end();
            }
        }
    }

    /** Checks streams after a change of rights: ended sessions lose their streams at once, and chats are read again. */
    private void lookAgain(List<EventStream> affected) {
        try {
            endRevoked(affected);
        } finally {
            affected.forEach(this::call);
        }
    }

    private void endRevoked(List<EventStream> open) {
        Set<UUID> ended =
                credentials.ended(open.stream().map(EventStream::caller).toList());
        for (EventStream stream : open) {
            if (ended.contains(OpenCredentials.id(stream.caller()))) {
                stream.send(
                        "error", new ProblemException(ProblemReason.UNAUTHENTICATED, "The session has ended.").body());
                stream.end();
            }
        }
    }

    private List<EventStream> all() {
        return streams.values().stream().flatMap(Set::stream).toList();
    }

    private Set<EventStream> of(UUID chat) {
        return streams.getOrDefault(chat, Set.of());
    }

    /** Ends the streams, for which the web server would otherwise wait. */
    @EventListener(ContextClosedEvent.class)
    void close() {
        all().forEach(EventStream::end);
        workers.shutdownNow();
    }
}
