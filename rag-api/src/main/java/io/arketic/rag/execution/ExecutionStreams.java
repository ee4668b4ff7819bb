package io.arketic.rag.execution;

import io.arketic.rag.bulkhead.Bulkhead;
import io.arketic.rag.bulkhead.Bulkheads;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.caller.OpenCredentials;
import io.arketic.rag.deployment.DatabaseSignals;
import io.arketic.rag.deployment.EventOutput;
import io.arketic.rag.deployment.Steady;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.live.EventStream;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.OffsetDateTime;
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

/** The readers that watch runs through this process. An idle one takes no thread: the database signals in which run something happened. */
@Component
class ExecutionStreams {

    private static final Logger log = LoggerFactory.getLogger(ExecutionStreams.class);
    private static final int THREADS = 2;
    private static final int BATCH = 100;
    private static final int MOST = 1000;
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);
    private static final Duration LONGEST = Duration.ofMinutes(15);

    private final Bulkhead places;
    private final Transactions transactions;
    private final Executions executions;
    private final OpenCredentials credentials;
    private final JsonMapper json;
    private final Map<UUID, Set<EventStream>> streams = new ConcurrentHashMap<>();
    private final ScheduledExecutorService workers = Executors.newScheduledThreadPool(THREADS, task -> {
        Thread thread = new Thread(task, "execution-events");
        thread.setDaemon(true);
        return thread;
    });

    ExecutionStreams(
            Transactions transactions,
            Executions executions,
            OpenCredentials credentials,
            DatabaseSignals signals,
            Bulkheads bulkheads,
            JsonMapper json) {
        this.places = bulkheads.bulkhead("run-streams", MOST);
        this.transactions = transactions;
        this.executions = executions;
        this.credentials = credentials;
        this.json = json;
        signals.subscribe(
                "arketic_execution",
                run -> streams.getOrDefault(UUID.fromString(run), Set.of()).forEach(this::call));
        signals.whenConnected(() -> all().forEach(this::call));
        Steady.every(HEARTBEAT, workers, "The heartbeat of runs", this::beat);
    }

    /** The oldest first: those after a number. */
    List<ExecutionEvent> after(ExecutionAccess access, long number, int limit) {
        return transactions.run(
                access.membership().context(),
                sql -> sql.sql("""
                        SELECT number, type, step, status, occurred_at FROM workflow_events
                        WHERE execution_id = :execution AND number > :after ORDER BY number LIMIT :limit""")
                        .param("execution", access.whole().id())
                        .param("after", number)
                        .param("limit", limit)
                        .query((row, at) -> new ExecutionEvent(
                                row.getLong("number"),
                                row.getString("type"),
                                row.getString("step"),
                                row.getString("status"),
                                row.getObject("occurred_at", OffsetDateTime.class)
                                        .toInstant()))
                        .list());
    }

    /** Answers the request with a stream of what comes after {@code last}. It ends with the run. */
    void open(
            HttpServletRequest request, HttpServletResponse response, Caller caller, ExecutionAccess access, long last)
            throws IOException {
        UUID execution = access.whole().id();
        EventStream stream = new EventStream(execution, caller, json, last);
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
        streams.computeIfAbsent(execution, id -> ConcurrentHashMap.newKeySet()).add(stream);
        if (stream.isGone()) {
            closed(stream);
        }
        call(stream);
    }

    private void closed(EventStream stream) {
        stream.end();
        streams.computeIfPresent(stream.subject(), (run, open) -> {
            open.remove(stream);
            return open.isEmpty() ? null : open;
        });
    }

    private void call(EventStream stream) {
        if (stream.called()) {
            try {
                workers.execute(() -> deliver(stream));
            } catch (RejectedExecutionException closing) {
                log.debug("The process is ending", closing);
            }
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
                log.warn("Events of a run could not be read, they are read again: {}", failure.getMessage());
                stream.fallBehind();
            } catch (RuntimeException | Error failure) {
                log.error("Events of a run cannot be delivered", failure);
                stream.end();
            }
        } while (!stream.answered(seen));
    }

    private void catchUp(EventStream stream) {
        while (!stream.isGone()) {
            ExecutionAccess access = executions.require(stream.caller(), stream.subject());
            List<ExecutionEvent> events = after(access, stream.last(), BATCH);
            for (ExecutionEvent event : events) {
                if (!stream.send(event.type(), event.number(), event)) {
                    return;
                }
            }
            if (events.size() < BATCH) {
                if (access.ended()) {
                    stream.end();
                }
                return;
            }
        }
    }

    private void beat() {
        List<EventStream> open = all();
        Set<UUID> ended =
                credentials.ended(open.stream().map(EventStream::caller).toList());
        for (EventStream stream : open) {
            if (ended.contains(OpenCredentials.id(stream.caller()))) {
                stream.send(
                        "error", new ProblemException(ProblemReason.UNAUTHENTICATED, "The session has ended.").body());
                stream.end();
            } else {
                stream.beat();
                if (stream.catchUp()) {
                    call(stream);
                }
            }
        }
    }

    private List<EventStream> all() {
        return streams.values().stream().flatMap(Set::stream).toList();
    }

    /** Ends the streams, which the web server would otherwise wait for. */
    @EventListener(ContextClosedEvent.class)
    void close() {
        all().forEach(EventStream::end);
        workers.shutdownNow();
    }
}
