package io.arketic.rag.live;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.deployment.EventOutput;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** One reader of a chat's events. Events are read for it by one thread at a time; what is momentary may come in between. */
final class EventStream {

    private static final byte[] BEAT = ":still here\n\n".getBytes(StandardCharsets.UTF_8);

    private final UUID chatId;
    private final Caller caller;
    private final JsonMapper json;
    private final AtomicInteger calls = new AtomicInteger();
    private volatile @Nullable EventOutput output;
    private volatile boolean gone;
    private volatile boolean behind;
    private boolean greeted;
    private long last;

    EventStream(UUID chatId, Caller caller, JsonMapper json, long last) {
        this.chatId = chatId;
        this.caller = caller;
        this.json = json;
        this.last = last;
    }

    /** Nothing is sent before; called once. */
    void writeTo(EventOutput opened) {
        output = opened;
    }

    UUID chatId() {
        return chatId;
    }

    Caller caller() {
        return caller;
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

    /** With the number that a reader comes back with. False when the reader has to take something first. */
    boolean send(String name, long number, Object data) {
        if (!write("event:" + name + "\nid:" + number + "\ndata:" + json.writeValueAsString(data) + "\n\n")) {
            return false;
        }
        last = number;
        return true;
    }

    /** Of the moment: it has no number, is not repeated, and is left out for a reader who is behind. */
    void send(String name, Object data) {
        write("event:" + name + "\ndata:" + json.writeValueAsString(data) + "\n\n");
    }

    /** Cuts a reader off that has taken nothing of what waits for it since the last beat. */
    void beat() {
        EventOutput opened = output;
        if (opened != null && opened.stalled()) {
            gone = true;
            opened.abandon();
        } else {
            write(BEAT);
        }
    }

    private boolean write(String event) {
        return write(event.getBytes(StandardCharsets.UTF_8));
    }

    private boolean write(byte[] event) {
        EventOutput opened = output;
        return !gone && opened != null && opened.write(event);
    }

    /** Once the reader has taken what was sent. */
    void end() {
        gone = true;
        EventOutput opened = output;
        if (opened != null) {
            opened.finish();
        }
    }
}
