package io.arketic.rag.chat;

import io.arketic.rag.identity.Caller;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** One reader of a chat's events. Events go out by one thread at a time; what is momentary may come in between. */
final class EventStream {

    private final UUID chatId;
    private final Caller caller;
    private final SseEmitter emitter;
    private final AtomicInteger calls = new AtomicInteger();
    private volatile boolean gone;
    private volatile boolean behind;
    private boolean greeted;
    private long last;

    EventStream(UUID chatId, Caller caller, SseEmitter emitter, long last) {
        this.chatId = chatId;
        this.caller = caller;
        this.emitter = emitter;
        this.last = last;
    }

    UUID chatId() {
        return chatId;
    }

    Caller caller() {
        return caller;
    }

    SseEmitter emitter() {
        return emitter;
    }

    long last() {
        return last;
    }

    boolean greeted() {
        return greeted;
    }

    void greeted(long number) {
        greeted = true;
        last = number;
    }

    /** Whether whoever calls has to deliver: true for the first of those who call at once. */
    boolean called() {
        return calls.getAndIncrement() == 0;
    }

    int callsSoFar() {
        return calls.get();
    }

    /** Whether nobody has called again since {@code seen}. */
    boolean answered(int seen) {
        return calls.addAndGet(-seen) == 0;
    }

    /** The database could not be asked; the next heartbeat has it asked again. */
    void fallBehind() {
        behind = true;
    }

    boolean catchUp() {
        boolean was = behind;
        behind = false;
        return was;
    }

    boolean isGone() {
        return gone;
    }

    /** With the number that a reader comes back with. */
    void send(String name, long number, Object data) {
        send(SseEmitter.event().name(name).id(Long.toString(number)).data(data, MediaType.APPLICATION_JSON));
        last = number;
    }

    /** Of the moment: it has no number and is not repeated. */
    void send(String name, Object data) {
        send(SseEmitter.event().name(name).data(data, MediaType.APPLICATION_JSON));
    }

    void beat() {
        send(SseEmitter.event().comment("still here"));
    }

    private void send(SseEmitter.SseEventBuilder event) {
        if (gone) {
            return;
        }
        try {
            emitter.send(event);
        } catch (IOException | IllegalStateException left) {
            end();
        }
    }

    void end() {
        gone = true;
        emitter.complete();
    }
}
