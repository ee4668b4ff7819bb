package io.arketic.rag.answer;

import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * The answers that may be under way at once, and the threads of those that are streamed. Whoever reads a stream is looked
 * after even while the model says nothing: an answer that nobody reads any more is cancelled within a second.
 */
@Component
public class AnswerStreams {

    private static final Logger log = LoggerFactory.getLogger(AnswerStreams.class);
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final Duration SILENCE = Duration.ofMillis(300);

    private final Semaphore places;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> new Thread(task, "answer-stream"));
    private final ScheduledExecutorService pulse =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "answer-stream-pulse"));

    AnswerStreams(ChatProperties settings) {
        this.places = new Semaphore(settings.parallelAnswers());
    }

    /** Runs {@code work} in one of the places; refuses when all are taken. */
    public <T> T whole(Supplier<T> work) {
        takePlace();
        try {
            return work.get();
        } finally {
            places.release();
        }
    }

    /**
     * Prepares in this thread, so that a refusal is an ordinary answer, and streams in another.
     *
     * @param prepare gives the work; what that throws is sent as {@code failure} says
     */
    public SseEmitter stream(
            Supplier<Consumer<AnswerStream>> prepare, Function<ProblemException, AnswerStream.Event> failure) {
        takePlace();
        boolean started = false;
        try {
            Consumer<AnswerStream> work = prepare.get();
            AnswerStream stream = new AnswerStream(new SseEmitter(LONGEST.toMillis()));
            threads.execute(() -> run(stream, work, failure));
            started = true;
            return stream.emitter();
        } finally {
            if (!started) {
                places.release();
            }
        }
    }

    private void run(
            AnswerStream stream, Consumer<AnswerStream> work, Function<ProblemException, AnswerStream.Event> failure) {
        ScheduledFuture<?> beat = pulse.scheduleWithFixedDelay(
                () -> stream.beat(SILENCE), SILENCE.toMillis(), SILENCE.toMillis(), TimeUnit.MILLISECONDS);
        try {
            work.accept(stream);
        } catch (ProblemException problem) {
            log.warn("An answer failed: {}", problem.reason(), problem);
            stream.send(failure.apply(problem));
        } catch (RuntimeException unexpected) {
            log.error("An answer failed", unexpected);
            stream.send(failure.apply(new ProblemException(ProblemReason.INTERNAL, "The answer failed.")));
        } finally {
            beat.cancel(false);
            places.release();
            stream.complete();
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
