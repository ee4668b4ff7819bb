package io.arketic.rag.answer;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.arketic.rag.attendance.Attendance;
import io.arketic.rag.attendance.AttendedWork;
import io.arketic.rag.attendance.Cancellation;
import io.arketic.rag.attendance.RequestLog;
import io.arketic.rag.bulkhead.Bulkhead;
import io.arketic.rag.bulkhead.Bulkhead.Place;
import io.arketic.rag.bulkhead.Bulkheads;
import io.arketic.rag.bulkhead.Kind;
import io.arketic.rag.deployment.Sender;
import io.arketic.rag.idempotency.KeyedRequest;
import io.arketic.rag.problem.DatabaseProblem;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Limits the answers in progress; none holds a thread for requests. The callers are watched ({@link AttendedWork}),
 * also before the first text.
 */
@Component
public class AnswerStreams {

    private static final Logger log = LoggerFactory.getLogger(AnswerStreams.class);
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final Duration JOINABLE = Duration.ofSeconds(30);
    private static final int MOST_ENDED = 1000;

    private final Bulkhead places;
    private final AttendedWork attended;
    private final Map<UUID, AnswerStream> keyed = new ConcurrentHashMap<>();

    /**
     * Keeps ended streams for a moment: a request may have read that the first one is in progress just before it ended.
     */
    private final Cache<UUID, AnswerStream> ended = Caffeine.newBuilder()
            .expireAfterWrite(JOINABLE)
            .maximumSize(MOST_ENDED)
            .build();

    private final ExecutorService threads = Executors.newCachedThreadPool(task -> new Thread(task, "answer-stream"));

    AnswerStreams(Bulkheads bulkheads, AttendedWork attended) {
        this.places = bulkheads.of(Kind.ANSWERS);
        this.attended = attended;
    }

    /**
     * Runs {@code work} in one of the places, in another thread, for the current request; refuses it when all places
     * are taken or the tenant has its share.
     */
    public <T> DeferredResult<T> whole(UUID tenant, Function<Cancellation, T> work) {
        KeyedRequest key = KeyedRequest.current();
        if (key != null && key.joins()) {
            throw KeyedRequest.underWay();
        }
        return attended.aside(sender(key), () -> places.enter(tenant), work);
    }

    /**
     * Prepares in this thread, so that a refusal is a normal response, and streams in another. A request that repeats
     * one in progress in this process, under the same key, reads the same stream from its beginning.
     *
     * @param prepare gives the work; what that throws is sent as {@code failure} says
     */
    public SseEmitter stream(
            UUID tenant,
            Function<Cancellation, Consumer<AnswerStream>> prepare,
            Function<ProblemException, AnswerStream.Event> failure) {
        KeyedRequest key = KeyedRequest.current();
        if (key != null && key.joins()) {
            return join(key);
        }
        Sender sender = sender(key);
        Place place = places.enter(tenant);
        Attendance attendance = null;
        boolean started = false;
        try {
            Cancellation cancellation = new Cancellation();
            attendance = attended.attend(sender, cancellation);
            Consumer<AnswerStream> work = prepare.apply(cancellation);
            AnswerStream stream = new AnswerStream(cancellation, attendance, key);
            SseEmitter reader = stream.open(LONGEST);
            if (key != null) {
                keyed.put(key.claim(), stream);
                key.giveOn();
            }
            threads.execute(RequestLog.carried(() -> run(stream, place, work, failure)));
            started = true;
            return reader;
        } finally {
            if (!started) {
                end(place, attendance);
                endKey(key);
            }
        }
    }

    /**
     * Returns the sender to watch; an answer under a key continues without its reader, who may come back for it, and is
     * charged once.
     */
    private static @Nullable Sender sender(@Nullable KeyedRequest key) {
        return key == null ? Sender.current() : null;
    }

    private SseEmitter join(KeyedRequest key) {
        AnswerStream running = keyed.get(key.claim());
        AnswerStream first = running == null ? ended.getIfPresent(key.claim()) : running;
        if (first == null) {
            throw KeyedRequest.underWay();
        }
        return first.open(LONGEST);
    }

    private void run(
            AnswerStream stream,
            Place place,
            Consumer<AnswerStream> work,
            Function<ProblemException, AnswerStream.Event> failure) {
        try {
            work.accept(stream);
            stream.keep();
        } catch (ProblemException problem) {
            log.warn("An answer failed: {}", problem.reason(), problem);
            if (problem.workGoesOn() && stream.key() != null) {
                stream.key().hold();
            }
            stream.send(failure.apply(problem));
        } catch (DataAccessException refused) {
            stream.send(failure.apply(DatabaseProblem.of(refused)));
        } catch (RuntimeException | Error unexpected) {
            log.error("An answer failed", unexpected);
            stream.send(failure.apply(new ProblemException(ProblemReason.INTERNAL, "The answer failed.")));
        } finally {
            end(place, stream.attendance());
            endKey(stream.key());
            stream.complete();
        }
    }

    /** Ends the key; after an answer was stored under it, only its stream ends. */
    private void endKey(@Nullable KeyedRequest key) {
        if (key != null) {
            AnswerStream stream = keyed.get(key.claim());
            if (stream != null) {
                ended.put(key.claim(), stream);
                keyed.remove(key.claim());
            }
            key.release();
        }
    }

    private static void end(Place place, @Nullable Attendance attendance) {
        place.close();
        if (attendance != null) {
            attendance.close();
        }
    }

    @PreDestroy
    void close() {
        threads.shutdownNow();
    }
}
