package io.arketic.rag.knowledge;

import io.arketic.rag.problem.ProblemException;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Progress as server-sent events: looked at each second, told when it has changed. */
@Component
class LiveProgress {

    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final int QUIET_PERIODS = 15;
    private static final Duration LONGEST = Duration.ofMinutes(30);
    private static final int STREAMS = 200;

    private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(2, task -> {
        Thread thread = new Thread(task, "live-progress");
        thread.setDaemon(true);
        return thread;
    });
    private final Set<SseEmitter> open = ConcurrentHashMap.newKeySet();

    /** An event {@code progress} at once and at each change, and a comment when it has been quiet for a while. */
    SseEmitter stream(Supplier<?> progress) {
        if (open.size() >= STREAMS) {
            throw ProblemException.tooManyRequests("Too many live streams.", Duration.ofSeconds(10));
        }
        SseEmitter emitter = new SseEmitter(LONGEST.toMillis());
        open.add(emitter);
        ScheduledFuture<?> watch = scheduler.scheduleWithFixedDelay(
                new Watch(progress, emitter), 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
        emitter.onCompletion(() -> {
            open.remove(emitter);
            watch.cancel(false);
        });
        emitter.onTimeout(emitter::complete);
        return emitter;
    }

    /** Ends the streams, which the web server would otherwise wait for. */
    @EventListener(ContextClosedEvent.class)
    void close() {
        scheduler.shutdownNow();
        open.forEach(SseEmitter::complete);
    }

    private static final class Watch implements Runnable {

        private final Supplier<?> progress;
        private final SseEmitter emitter;
        private final AtomicReference<@Nullable Object> last = new AtomicReference<>();
        private int quiet;

        Watch(Supplier<?> progress, SseEmitter emitter) {
            this.progress = progress;
            this.emitter = emitter;
        }

        @Override
        public void run() {
            try {
                Object now = progress.get();
                if (!now.equals(last.getAndSet(now))) {
                    quiet = 0;
                    emitter.send(SseEmitter.event().name("progress").data(now, MediaType.APPLICATION_JSON));
                } else if (++quiet % QUIET_PERIODS == 0) {
                    emitter.send(SseEmitter.event().comment("still here"));
                }
            } catch (IOException | IllegalStateException gone) {
                emitter.complete();
            } catch (RuntimeException failure) {
                // Without the catch, the scheduler would drop the watch and leave its reader in silence.
                emitter.completeWithError(failure);
            }
        }
    }
}
