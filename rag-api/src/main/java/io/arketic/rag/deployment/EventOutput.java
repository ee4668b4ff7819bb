package io.arketic.rag.deployment;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a stream of events as a response. Writing never waits for the reader: unsent bytes are kept up to a limit, and
 * beyond it no event is accepted until there is room again.
 */
public final class EventOutput {

    private static final Logger log = LoggerFactory.getLogger(EventOutput.class);

    /** Limits the kept bytes of one reader, plus one event. */
    private static final int MOST_BYTES = 64 * 1024;

    private final AsyncContext context;
    private final ServletOutputStream out;
    private final @Nullable Sender reader;
    private final Runnable room;
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private int waitingBytes;
    private long taken;
    private long takenBefore;
    private boolean refused;
    private boolean unflushed;
    private boolean last;
    private boolean over;

    private EventOutput(AsyncContext context, ServletOutputStream out, @Nullable Sender reader, Runnable room) {
        this.context = context;
        this.out = out;
        this.reader = reader;
        this.room = room;
    }

    /**
     * Answers the request with a stream that is open until {@link #finish}, the reader's end, or {@code longest}.
     *
     * @param ended runs once, whichever it was, on any thread
     * @param room runs when the reader has taken everything after something had been refused, on any thread
     */
    public static EventOutput open(
            HttpServletRequest request, HttpServletResponse response, Duration longest, Runnable ended, Runnable room)
            throws IOException {
        response.setContentType("text/event-stream");
        response.setHeader("Cache-Control", "no-store");
        // The head goes out on this thread: filters still add to it until it has.
        response.flushBuffer();
        AsyncContext context = request.startAsync();
        context.setTimeout(longest.toMillis());
        Sender reader = Sender.of(request);
        if (reader != null) {
            reader.pushBack();
        }
        EventOutput output = new EventOutput(context, response.getOutputStream(), reader, room);
        context.addListener(output.new End(ended));
        output.out.setWriteListener(output.new Room());
        return output;
    }

    /** Writes an event; returns false, and has no effect, if too many bytes wait already or the stream is over. */
    public boolean write(byte[] event) {
        synchronized (this) {
            if (over || last) {
                return false;
            }
            if (waitingBytes >= MOST_BYTES) {
                refused = true;
                return false;
            }
            waiting.add(event);
            waitingBytes += event.length;
        }
        drain();
        return true;
    }

    /** Returns whether bytes wait of which the reader has taken none since the last call. */
    public synchronized boolean stalled() {
        boolean nothingTaken = !waiting.isEmpty() && taken == takenBefore;
        takenBefore = taken;
        return nothingTaken;
    }

    /** Ends it and discards waiting bytes. */
    public void abandon() {
        log.info("A reader of events takes nothing and is cut off");
        synchronized (this) {
            last = true;
            waiting.clear();
        }
        if (reader == null) {
            cut();
        } else {
            // Completing it would wait for the reader once more.
            reader.abort();
        }
    }

    /** Ends it once the reader has taken all written bytes. */
    public void finish() {
        synchronized (this) {
            last = true;
        }
        drain();
    }

    private void cut() {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            waiting.clear();
        }
        try {
            context.complete();
        } catch (IllegalStateException alreadyComplete) {
            log.debug("A stream had ended", alreadyComplete);
        }
    }

    private void drain() {
        boolean done = false;
        boolean empty = false;
        synchronized (this) {
            try {
                while (!over && !done && !empty && out.isReady()) {
                    byte[] next = waiting.poll();
                    if (next != null) {
                        waitingBytes -= next.length;
                        taken += next.length;
                        out.write(next);
                        unflushed = true;
                    } else if (unflushed) {
                        unflushed = false;
                        out.flush();
                    } else {
                        done = last;
                        empty = true;
                    }
                }
            } catch (IOException | IllegalStateException gone) {
                done = true;
            }
            empty &= refused;
            if (empty) {
                refused = false;
            }
        }
        if (done) {
            cut();
        } else if (empty) {
            room.run();
        }
    }

    private final class Room implements WriteListener {

        @Override
        public void onWritePossible() {
            drain();
        }

        @Override
        public void onError(Throwable failure) {
            cut();
        }
    }

    private final class End implements AsyncListener {

        private final Runnable ended;

        End(Runnable ended) {
            this.ended = ended;
        }

        @Override
        public void onComplete(AsyncEvent event) {
            synchronized (EventOutput.this) {
                over = true;
                waiting.clear();
            }
            ended.run();
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            cut();
        }

        @Override
        public void onError(AsyncEvent event) {
            cut();
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            // no other event starts it again
        }
    }
}
