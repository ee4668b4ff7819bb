package io.arketic.rag.answer;

import io.arketic.rag.attendance.Attendance;
import io.arketic.rag.attendance.Cancellation;
import io.arketic.rag.idempotency.KeyedRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Sends server-sent events to one reader, from any thread; when the reader has gone, the answer is cancelled. Under an
 * {@code Idempotency-Key} there may be several readers, each from the first event on, and the answer continues without
 * them.
 */
public final class AnswerStream {

    /** @param name null for an event without one */
    public record Event(@Nullable String name, Object data) {}

    private record Whole(int status, byte[] body) {}

    private final Cancellation cancellation;
    private final Attendance attendance;
    private final @Nullable KeyedRequest key;
    private final List<SseEmitter> readers = new CopyOnWriteArrayList<>();
    private final List<Event> sent = new ArrayList<>();
    private @Nullable Whole whole;
    private boolean over;

    AnswerStream(Cancellation cancellation, Attendance attendance, @Nullable KeyedRequest key) {
        this.cancellation = cancellation;
        this.attendance = attendance;
        this.key = key;
    }

    public Cancellation cancellation() {
        return cancellation;
    }

    public synchronized void send(Event event) {
        if (key != null) {
            sent.add(event);
        }
        readers.forEach(reader -> send(reader, event));
    }

    /** Stores the answer for callers that do not stream: a key keeps this form. */
    public void whole(int status, byte[] body) {
        whole = new Whole(status, body);
    }

    /** Adds a reader, who first receives all earlier events. */
    synchronized SseEmitter open(Duration longest) {
        SseEmitter reader = new SseEmitter(longest.toMillis());
        reader.onError(failure -> leave(reader));
        reader.onTimeout(() -> leave(reader));
        reader.onCompletion(() -> leave(reader));
        readers.add(reader);
        sent.forEach(event -> send(reader, event));
        if (over) {
            reader.complete();
        }
        return reader;
    }

    /** Stores the answer under its key, if it has one. */
    void keep() {
        if (key == null) {
            return;
        }
        if (whole == null) {
            StringBuilder events = new StringBuilder();
            sent.forEach(event -> events.append("data:").append(event.data()).append("\n\n"));
            key.finish(200, MediaType.TEXT_EVENT_STREAM_VALUE, events.toString().getBytes(StandardCharsets.UTF_8));
        } else {
            key.finish(whole.status(), MediaType.APPLICATION_JSON_VALUE, whole.body());
        }
    }

    Attendance attendance() {
        return attendance;
    }

    @Nullable
    KeyedRequest key() {
        return key;
    }

    synchronized void complete() {
        attendance.close();
        over = true;
        readers.forEach(SseEmitter::complete);
    }

    private void send(SseEmitter reader, Event event) {
        SseEmitter.SseEventBuilder out = SseEmitter.event();
        if (event.name() != null) {
            out.name(event.name());
        }
        try {
            reader.send(out.data(event.data(), event.data() instanceof String ? null : MediaType.APPLICATION_JSON));
        } catch (IOException | IllegalStateException left) {
            leave(reader);
        }
    }

    /** Removes a reader without a lock: the container calls this while another thread may be sending. */
    private void leave(SseEmitter reader) {
        readers.remove(reader);
        if (key == null) {
            attendance.close();
            cancellation.cancel();
        }
    }
}
