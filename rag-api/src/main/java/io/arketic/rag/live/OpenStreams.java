package io.arketic.rag.live;

import io.arketic.rag.bulkhead.Bulkhead;
import io.arketic.rag.caller.OpenCredentials;
import io.arketic.rag.deployment.DatabaseSignals;
import io.arketic.rag.deployment.EventOutput;
import io.arketic.rag.deployment.Steady;
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
import org.springframework.dao.DataAccessException;

/**
 * Manages the open streams of one kind in this process. An idle stream takes no thread and no connection. On a signal of the
 * database for a subject, a few threads let its streams catch up. A stream ends when the session of its reader ends.
 */
public final class OpenStreams implements AutoCloseable {

    /** Sends a stream the events that it has not sent yet. */
    public interface CatchUp {

        /** @throws ProblemException where the reader has no access any longer; it is sent to the reader and ends the stream */
        void run(EventStream stream);
    }

    /** Learns that a stream has ended. */
    public interface Closed {

        void run(EventStream stream);
    }

    private static final Logger log = LoggerFactory.getLogger(OpenStreams.class);
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    /** Limits a stream; then the reader comes back, with a token that is valid then. */
    private static final Duration LONGEST = Duration.ofMinutes(15);

    private final String name;
    private final Bulkhead places;
    private final int mostOfOne;
    private final OpenCredentials credentials;
    private final CatchUp catchUp;
    private final Closed closed;
    private final Map<UUID, Set<EventStream>> streams = new ConcurrentHashMap<>();
    private final ScheduledExecutorService workers;

    /**
     * @param name of the kind, for threads and logs
     * @param signal the channel of the database that carries the subject in which something happened
     * @param mostOfOne streams of one user
     */
    public OpenStreams(
            String name,
            int threads,
            String signal,
            Bulkhead places,
            int mostOfOne,
            OpenCredentials credentials,
            DatabaseSignals signals,
            CatchUp catchUp,
            Closed closed) {
        this.name = name;
        this.places = places;
        this.mostOfOne = mostOfOne;
        this.credentials = credentials;
        this.catchUp = catchUp;
        this.closed = closed;
        this.workers = Executors.newScheduledThreadPool(threads, task -> {
            Thread thread = new Thread(task, name + "-events");
            thread.setDaemon(true);
            return thread;
        });
        signals.subscribe(signal, subject -> of(UUID.fromString(subject)).forEach(this::call));
        signals.subscribe(
                "arketic_access",
                user -> submit(() -> lookAgain(all().stream()
                        .filter(stream -> stream.caller().userId().equals(UUID.fromString(user)))
                        .toList())));
        signals.whenConnected(() -> submit(() -> lookAgain(all())));
        Steady.every(HEARTBEAT, workers, "The heartbeat of " + name + " streams", this::beat);
    }

    /**
     * Answers the request with the stream.
     *
     * @throws ProblemException {@code too-many-requests} where the user or the organization has too many
     */
    public void open(HttpServletRequest request, HttpServletResponse response, EventStream stream, UUID organization)
            throws IOException {
        UUID user = stream.caller().userId();
        if (all().stream().filter(other -> other.caller().userId().equals(user)).count() >= mostOfOne) {
            throw ProblemException.tooManyRequests("Too many live streams.", Duration.ofSeconds(10));
        }
        Bulkhead.Place place = places.enter(organization);
        Runnable end = () -> {
            place.close();
            ended(stream);
        };
        try {
            stream.writeTo(EventOutput.open(request, response, LONGEST, end, () -> call(stream)));
        } catch (IOException | RuntimeException failure) {
            place.close();
            throw failure;
        }
        // Registered before the log is read, so that later commits are signalled to it.
        streams.computeIfAbsent(stream.subject(), id -> ConcurrentHashMap.newKeySet())
                .add(stream);
        if (stream.isGone()) {
            ended(stream);
        }
        call(stream);
    }

    /** Runs a task on the threads of the streams. A failure is logged. */
    public void submit(Runnable task) {
        try {
            workers.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException | Error failure) {
                    log.error("Events of a {} were not delivered", name, failure);
                }
            });
        } catch (RejectedExecutionException closing) {
            log.debug("The process is ending", closing);
        }
    }

    /** Returns the open streams of a subject. */
    public Set<EventStream> of(UUID subject) {
        return streams.getOrDefault(subject, Set.of());
    }

    /** Ends the streams, for which the web server would otherwise wait. */
    @Override
    public void close() {
        all().forEach(EventStream::end);
        workers.shutdownNow();
    }

    private void ended(EventStream stream) {
        stream.end();
        streams.computeIfPresent(stream.subject(), (subject, open) -> {
            open.remove(stream);
            return open.isEmpty() ? null : open;
        });
        closed.run(stream);
    }

    private void call(EventStream stream) {
        if (stream.called()) {
            submit(() -> deliver(stream));
        }
    }

    private void deliver(EventStream stream) {
        int seen;
        do {
            seen = stream.callsSoFar();
            try {
                catchUp.run(stream);
            } catch (ProblemException refused) {
                stream.send("error", refused.body());
                stream.end();
            } catch (DataAccessException failure) {
                log.warn("Events of a {} could not be read, they are read again: {}", name, failure.getMessage());
                stream.fallBehind();
            } catch (RuntimeException | Error failure) {
                // A stream without its events would look idle, so its reader has to come back instead.
                log.error("Events of a {} cannot be delivered", name, failure);
                stream.end();
            }
        } while (!stream.answered(seen));
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

    /** Checks streams after a change of rights: ended sessions lose their streams at once, and events are read again. */
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
}
