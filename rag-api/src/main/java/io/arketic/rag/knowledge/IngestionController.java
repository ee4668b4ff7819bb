package io.arketic.rag.knowledge;

import io.arketic.rag.identity.Caller;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DataAccessException;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** {@code /knowledge-bases/{kb}/ingestion}: once, or live as server-sent events. */
@RestController
@RequestMapping("/api/v1/knowledge-bases/{knowledgeBase}/ingestion")
class IngestionController {

    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final int QUIET_PERIODS = 15;
    private static final Duration LONGEST = Duration.ofMinutes(30);
    private static final int STREAMS = 200;

    private final KnowledgeBases knowledgeBases;
    private final IngestionProgress progress;
    private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(2, task -> {
        Thread thread = new Thread(task, "ingestion-progress");
        thread.setDaemon(true);
        return thread;
    });
    private final Set<SseEmitter> open = ConcurrentHashMap.newKeySet();

    IngestionController(KnowledgeBases knowledgeBases, IngestionProgress progress) {
        this.knowledgeBases = knowledgeBases;
        this.progress = progress;
    }

    @Operation(summary = "See what became of the dropped files, once or live")
    @Requires(Permission.KNOWLEDGE_READ)
    @GetMapping
    IngestionProgress.Snapshot get(Caller caller, @PathVariable UUID knowledgeBase) {
        return progress.read(knowledgeBases.require(caller, knowledgeBase));
    }

    /** An event {@code progress} at once and at each change, and a comment when it has been quiet for a while. */
    @Operation(summary = "See what became of the dropped files, once or live")
    @Requires(Permission.KNOWLEDGE_READ)
    @GetMapping(produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter watch(Caller caller, @PathVariable UUID knowledgeBase) {
        KnowledgeAccess access = knowledgeBases.require(caller, knowledgeBase);
        if (open.size() >= STREAMS) {
            throw ProblemException.tooManyRequests("Too many live streams.", Duration.ofSeconds(10));
        }
        SseEmitter emitter = new SseEmitter(LONGEST.toMillis());
        open.add(emitter);
        ScheduledFuture<?> watch = scheduler.scheduleWithFixedDelay(
                new Watch(access, emitter), 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
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

    private final class Watch implements Runnable {

        private final KnowledgeAccess access;
        private final SseEmitter emitter;
        private final AtomicReference<IngestionProgress.@Nullable Snapshot> last = new AtomicReference<>();
        private int quiet;

        Watch(KnowledgeAccess access, SseEmitter emitter) {
            this.access = access;
            this.emitter = emitter;
        }

        @Override
        public void run() {
            try {
                IngestionProgress.Snapshot now = progress.read(access);
                if (!now.equals(last.getAndSet(now))) {
                    quiet = 0;
                    emitter.send(SseEmitter.event().name("progress").data(now, MediaType.APPLICATION_JSON));
                } else if (++quiet % QUIET_PERIODS == 0) {
                    emitter.send(SseEmitter.event().comment("still here"));
                }
            } catch (IOException | IllegalStateException gone) {
                emitter.complete();
            } catch (DataAccessException failure) {
                emitter.completeWithError(failure);
            }
        }
    }
}
