package io.arketic.rag.ingestion;

import io.arketic.rag.bulkhead.Bulkhead;
import io.arketic.rag.bulkhead.Bulkheads;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.caller.OpenCredentials;
import io.arketic.rag.deployment.DatabaseSignals;
import io.arketic.rag.deployment.EventOutput;
import io.arketic.rag.deployment.Steady;
import io.arketic.rag.knowledge.KnowledgeAccess;
import io.arketic.rag.knowledge.KnowledgeBases;
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
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Streams progress as server-sent events: an event {@code progress} at once and at each change, and a comment after a
 * silence. One query serves all viewers of a subject and takes at most a twentieth of the time, whatever the ledger's
 * size. Writing waits for no viewer.
 */
@Component
public class LiveProgress {

    /** Names a subject: one kind of progress of one knowledge base. */
    record Subject(String kind, UUID knowledgeBaseId) {}

    private static final Logger log = LoggerFactory.getLogger(LiveProgress.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);

    /** Multiplies the time of the last query, to get the pause before the next. */
    private static final int REST = 19;

    private static final Duration HEARTBEAT = Duration.ofSeconds(15);
    private static final Duration LONGEST = Duration.ofMinutes(15);
    private static final int MOST = 2000;
    private static final int MOST_OF_ONE = 50;

    private final Bulkhead places;
    private final KnowledgeBases knowledgeBases;
    private final OpenCredentials credentials;
    private final JsonMapper json;
    private final Map<Subject, ProgressWatch> watches = new ConcurrentHashMap<>();
    private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(4, task -> {
        Thread thread = new Thread(task, "live-progress");
        thread.setDaemon(true);
        return thread;
    });

    LiveProgress(
            KnowledgeBases knowledgeBases,
            OpenCredentials credentials,
            Bulkheads bulkheads,
            JsonMapper json,
            DatabaseSignals signals) {
        this.places = bulkheads.bulkhead("progress-streams", MOST);
        this.knowledgeBases = knowledgeBases;
        this.credentials = credentials;
        this.json = json;
        Steady.every(HEARTBEAT, scheduler, "The heartbeat of live progress", this::beat);
        signals.subscribe("arketic_access", user -> lookAgain(UUID.fromString(user)));
    }

    /**
     * Answers the request with a stream. It ends once the caller may not see the knowledge base any more.
     *
     * @param kind of progress; all viewers of one kind and knowledge base are told the same
     */
    public void open(
            HttpServletRequest request,
            HttpServletResponse response,
            Caller caller,
            String kind,
            UUID knowledgeBase,
            Function<KnowledgeAccess, ?> progress)
            throws IOException {
        Subject subject = new Subject(kind, knowledgeBase);
        ProgressViewer viewer =
                new ProgressViewer(caller, () -> knowledgeBases.require(caller, knowledgeBase), progress, json);
        // Before the head goes out, so that a refusal is an answer with its status.
        KnowledgeAccess access = viewer.requireAccess();
        refuseTooMany(caller);
        Bulkhead.Place place = places.enter(access.membership().organizationId());
        Runnable end = () -> {
            place.close();
            closed(subject, viewer);
        };
        try {
            viewer.writeTo(EventOutput.open(request, response, LONGEST, end, viewer::sendLatest));
        } catch (IOException | RuntimeException failure) {
            place.close();
            throw failure;
        }
        ProgressWatch watch = watches.compute(subject, (same, known) -> {
            ProgressWatch entered = known == null ? new ProgressWatch() : known;
            entered.viewers().add(viewer);
            return entered;
        });
        if (viewer.isGone()) {
            closed(subject, viewer);
        }
        watch.greet(viewer);
        if (watch.begin()) {
            schedule(subject, watch, Duration.ZERO);
        }
    }

    private void refuseTooMany(Caller caller) {
        long own = all().stream()
                .filter(viewer -> viewer.caller().userId().equals(caller.userId()))
                .count();
        if (own >= MOST_OF_ONE) {
            throw ProblemException.tooManyRequests("Too many live streams.", Duration.ofSeconds(10));
        }
    }

    private void closed(Subject subject, ProgressViewer viewer) {
        viewer.end();
        watches.computeIfPresent(subject, (same, watch) -> {
            watch.viewers().remove(viewer);
            return watch.viewers().isEmpty() ? null : watch;
        });
    }

    private void schedule(Subject subject, ProgressWatch watch, Duration pause) {
        try {
            scheduler.schedule(() -> look(subject, watch), pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closing) {
            log.debug("The process is ending", closing);
        }
    }

    /** Repeats the query until the last viewer has gone. */
    private void look(Subject subject, ProgressWatch watch) {
        if (watches.get(subject) != watch) {
            return;
        }
        long begun = System.nanoTime();
        safely(watch::look);
        Duration rest = Duration.ofNanos(System.nanoTime() - begun).multipliedBy(REST);
        schedule(subject, watch, rest.compareTo(PERIOD) > 0 ? rest : PERIOD);
    }

    /** Ends the streams of a user that has lost access, at once. */
    private void lookAgain(UUID user) {
        List<ProgressViewer> affected = all().stream()
                .filter(viewer -> viewer.caller().userId().equals(user))
                .toList();
        if (affected.isEmpty()) {
            return;
        }
        try {
            scheduler.execute(() -> safely(() -> affected.forEach(ProgressWatch::checkAccess)));
        } catch (RejectedExecutionException closing) {
            log.debug("The process is ending", closing);
        }
    }

    /** Checks each viewer's session and access regularly, because one viewer's query serves the others. */
    private void beat() {
        List<ProgressViewer> open = all();
        Set<UUID> ended =
                credentials.ended(open.stream().map(ProgressViewer::caller).toList());
        for (ProgressViewer viewer : open) {
            if (ended.contains(OpenCredentials.id(viewer.caller()))) {
                viewer.refuse(new ProblemException(ProblemReason.UNAUTHENTICATED, "The session has ended."));
            } else {
                viewer.beat();
            }
        }
        for (ProgressWatch watch : watches.values()) {
            safely(watch::checkAccess);
        }
    }

    private static void safely(Runnable work) {
        Steady.turn("A look at live progress", work);
    }

    private List<ProgressViewer> all() {
        return watches.values().stream()
                .flatMap(watch -> watch.viewers().stream())
                .toList();
    }

    /** Ends the streams, for which the web server would otherwise wait. */
    @EventListener(ContextClosedEvent.class)
    void close() {
        scheduler.shutdownNow();
        all().forEach(ProgressViewer::end);
    }
}
