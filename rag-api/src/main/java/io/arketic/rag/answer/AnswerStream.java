package io.arketic.rag.answer;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Server-sent events to one reader, from any thread. When the reader has gone, the answer is cancelled. */
public final class AnswerStream {

    /** @param name null for an event without one */
    public record Event(@Nullable String name, Object data) {}

    private final SseEmitter emitter;
    private final Cancellation cancellation;
    private final Attendance attendance;
    private volatile boolean gone;

    AnswerStream(SseEmitter emitter, Cancellation cancellation, Attendance attendance) {
        this.emitter = emitter;
        this.cancellation = cancellation;
        this.attendance = attendance;
        emitter.onError(failure -> leave());
        emitter.onTimeout(this::leave);
        emitter.onCompletion(this::leave);
    }

    public Cancellation cancellation() {
        return cancellation;
    }

    public void send(Event event) {
        if (gone) {
            return;
        }
        SseEmitter.SseEventBuilder out = SseEmitter.event();
        if (event.name() != null) {
            out.name(event.name());
        }
        try {
            emitter.send(out.data(event.data(), event.data() instanceof String ? null : MediaType.APPLICATION_JSON));
        } catch (IOException | IllegalStateException left) {
            leave();
        }
    }

    SseEmitter emitter() {
        return emitter;
    }

    void complete() {
        attendance.close();
        emitter.complete();
    }

    private void leave() {
        gone = true;
        attendance.close();
        cancellation.cancel();
    }
}
