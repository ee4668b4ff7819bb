package io.arketic.rag.answer;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Server-sent events to one reader, from any thread. When the reader has gone, the answer is cancelled. */
public final class AnswerStream {

    /** @param name null for an event without one */
    public record Event(@Nullable String name, Object data) {}

    private final SseEmitter emitter;
    private final Cancellation cancellation = new Cancellation();
    private volatile boolean gone;
    private volatile long lastSent = System.nanoTime();

    AnswerStream(SseEmitter emitter) {
        this.emitter = emitter;
        emitter.onError(failure -> leave());
        emitter.onTimeout(this::leave);
        emitter.onCompletion(this::leave);
    }

    public Cancellation cancellation() {
        return cancellation;
    }

    public void send(Event event) {
        SseEmitter.SseEventBuilder out = SseEmitter.event();
        if (event.name() != null) {
            out.name(event.name());
        }
        write(out.data(event.data(), event.data() instanceof String ? null : MediaType.APPLICATION_JSON));
    }

    /** Only so that a reader who has gone is noticed; event streams' readers pass over comments. */
    void beat(Duration silence) {
        if (System.nanoTime() - lastSent >= silence.toNanos()) {
            write(SseEmitter.event().comment(""));
        }
    }

    SseEmitter emitter() {
        return emitter;
    }

    void complete() {
        emitter.complete();
    }

    private void write(SseEmitter.SseEventBuilder out) {
        if (gone) {
            return;
        }
        lastSent = System.nanoTime();
        try {
            emitter.send(out);
        } catch (IOException | IllegalStateException left) {
            leave();
        }
    }

    private void leave() {
        gone = true;
        cancellation.cancel();
    }
}
