package io.arketic.rag.live;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.deployment.EventOutput;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Represents one reader of the events of a chat or another subject. One thread at a time reads events for it; momentary ones may come in
 * between.
 */
public final class EventStream {

    private static final byte[] BEAT = ":still here\n\n".getBytes(StandardCharsets.UTF_8);

    private final UUID subject;
    private final Caller caller;
    private final JsonMapper json;
    private final AtomicInteger calls = new AtomicInteger();
    private volatile @Nullable EventOutput output;
    private volatile boolean gone;
    private volatile boolean behind;
    private boolean greeted;
    private long last;

    public EventStream(UUID subject, Caller caller, JsonMapper json, long last) {
        this.subject = subject;
        this.caller = caller;
        this.json = json;
        this.last = last;
    }

    /** Sets the output, once; no event is sent before. */
    void writeTo(EventOutput opened) {
        output = opened;
    }

    public UUID subject() {
        return subject;
    }

    public Caller caller() {
        return caller;
    }

    public long last() {
        return last;
    }

    boolean greeted() {
        return greeted;
    }

    void greeted(long number) {
        greeted = true;
        last = number;
    }

    /** Returns whether the caller has to deliver: true for the first of several simultaneous calls. */
    boolean called() {
        return calls.getAndIncrement() == 0;
    }

    int callsSoFar() {
        return calls.get();
    }

    /** Returns whether there was no other call since {@code seen}. */
    boolean answered(int seen) {
        return calls.addAndGet(-seen) == 0;
    }

    /** Records that the database could not be asked; the next heartbeat asks it again. */
    void fallBehind() {
        behind = true;
    }

    boolean catchUp() {
        boolean was = behind;
        behind = false;
        return was;
    }

    public boolean isGone() {
        return gone;
    }

    /**
     * Sends an event with the number with which a reader comes back. It returns false if the reader has to take bytes
     * first.
     */
    public boolean send(String name, long number, Object data) {
        if (!write("event:" + name + "\nid:" + number + "\ndata:" + json.writeValueAsString(data) + "\n\n")) {
            return false;
        }
        last = number;
        return true;
    }

    /** Sends a momentary event: it has no number, is not repeated, and is left out for a reader who is behind. */
    public void send(String name, Object data) {
        write("event:" + name + "\ndata:" + json.writeValueAsString(data) + "\n\n");
    }

    /** Disconnects a reader that has taken no waiting byte since the last call. */
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

    /** Ends once the reader has taken what was sent. */
    public void end() {
        gone = true;
        EventOutput opened = output;
        if (opened != null) {
            opened.finish();
        }
    }
}
