package io.arketic.rag.answer;

import io.arketic.rag.deployment.Sender;
import io.arketic.rag.idempotency.KeyedRequest;
import io.arketic.rag.problem.DatabaseProblem;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * The answers that may be under way at once, and the threads of those that are streamed. Whoever waits for one is looked
 * after, also before a word of it has been sent: an answer that nobody waits for any more is cancelled within a second.
 */
@Component
public class AnswerStreams {

    private static final Logger log = LoggerFactory.getLogger(AnswerStreams.class);
    private static final Duration LONGEST = Duration.ofMinutes(10);

    /** How often it is looked whether somebody waits; whoever left is missed at the next look. */
    static final Duration LOOK = Duration.ofMillis(300);

    private final Semaphore places;
    private final Map<UUID, AnswerStream> keyed = new ConcurrentHashMap<>();
    private final Set<Attendance> attended = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> new Thread(task, "answer-stream"));
    private final ScheduledExecutorService pulse =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "answer-attendance"));

    AnswerStreams(ChatProperties settings) {
        this.places = new Semaphore(settings.parallelAnswers());
        pulse.scheduleWithFixedDelay(this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Runs {@code work} in one of the places; refuses when all are taken. For the request that this thread serves. */
    public <T> T whole(Function<Cancellation, T> work) {
        KeyedRequest key = KeyedRequest.current();
        if (key != null && key.joins()) {
            throw KeyedRequest.underWay();
        }
        takePlace();
        Attendance attendance = null;
        try {
            Cancellation cancellation = new Cancellation();
            attendance = attend(cancellation, key);
            return work.apply(cancellation);
        } finally {
            end(attendance);
        }
    }

    /**
     * Prepares in this thread, so that a refusal is an ordinary answer, and streams in another. A request that repeats one
     * under way in this process, under the same key, reads the same stream from its beginning.
     *
     * @param prepare gives the work; what that throws is sent as {@code failure} says
     */
    public SseEmitter stream(
            Function<Cancellation, Consumer<AnswerStream>> prepare,
            Function<ProblemException, AnswerStream.Event> failure) {
        KeyedRequest key = KeyedRequest.current();
        if (key != null && key.joins()) {
            return join(key);
        }
        takePlace();
        Attendance attendance = null;
        boolean started = false;
        try {
            Cancellation cancellation = new Cancellation();
            attendance = attend(cancellation, key);
            Consumer<AnswerStream> work = prepare.apply(cancellation);
            AnswerStream stream = new AnswerStream(cancellation, attendance, key);
            SseEmitter reader = stream.open(LONGEST);
            if (key != null) {
                keyed.put(key.claim(), stream);
                key.giveOn();
            }
            threads.execute(() -> run(stream, work, failure));
            started = true;
            return reader;
        } finally {
            if (!started) {
                end(attendance);
                endKey(key);
            }
        }
    }

    private SseEmitter join(KeyedRequest key) {
        AnswerStream first = keyed.get(key.claim());
        if (first == null) {
            throw KeyedRequest.underWay();
        }
        return first.open(LONGEST);
    }

    private void run(
            AnswerStream stream, Consumer<AnswerStream> work, Function<ProblemException, AnswerStream.Event> failure) {
        try {
            work.accept(stream);
            stream.keep();
        } catch (ProblemException problem) {
            log.warn("An answer failed: {}", problem.reason(), problem);
            stream.send(failure.apply(problem));
        } catch (DataAccessException refused) {
            stream.send(failure.apply(DatabaseProblem.of(refused)));
        } catch (RuntimeException | Error unexpected) {
            log.error("An answer failed", unexpected);
            stream.send(failure.apply(new ProblemException(ProblemReason.INTERNAL, "The answer failed.")));
        } finally {
            end(stream.attendance());
            endKey(stream.key());
            stream.complete();
        }
    }

    /** After an answer was kept under the key, only its stream ends. */
    private void endKey(@Nullable KeyedRequest key) {
        if (key != null) {
            key.release();
            keyed.remove(key.claim());
        }
    }

    /** An answer under a key goes on when its reader has gone: the reader may come back for it, and it is charged once. */
    private Attendance attend(Cancellation cancellation, @Nullable KeyedRequest key) {
        Attendance attendance = new Attendance(key == null ? gone(Sender.current()) : () -> false, cancellation);
        attended.add(attendance);
        return attendance;
    }

    /** Where it cannot be known somebody waits. */
    private static BooleanSupplier gone(@Nullable Sender sender) {
        return sender == null ? () -> false : sender::hasGone;
    }

    private void look() {
        for (Attendance attendance : attended) {
            try {
                attendance.look();
            } catch (RuntimeException failure) {
                // of this one; the others are looked after all the same
                log.error("Whether somebody waits for an answer could not be seen", failure);
            }
        }
    }

    private void end(@Nullable Attendance attendance) {
        places.release();
        if (attendance != null) {
            attended.remove(attendance);
            attendance.close();
        }
    }

    private void takePlace() {
        if (!places.tryAcquire()) {
            throw ProblemException.tooManyRequests("Too many answers are under way.", Duration.ofSeconds(5));
        }
    }

    @PreDestroy
    void close() {
        threads.shutdownNow();
        pulse.shutdownNow();
    }
}
