package io.arketic.rag.connection;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Holds written bytes that the reader of one connection has not taken yet. Writing does not wait for the reader; {@link
 * OutboundDrain} sends the rest.
 */
final class Outbound {

    private static final Duration ENOUGH = Duration.ofSeconds(1);

    private final SocketChannel channel;
    private final OutboundDrain drain;
    private final Spool spool;
    private @Nullable ByteBuffer next;
    private @Nullable Pace pace;
    private @Nullable IOException failure;
    private @Nullable Runnable drained;
    private boolean pushesBack;

    Outbound(SocketChannel channel, OutboundDrain drain, SpoolSpace space) {
        this.channel = channel;
        this.drain = drain;
        this.spool = new Spool(space);
    }

    SocketChannel channel() {
        return channel;
    }

    /** Selects whether bytes that the reader does not take stay with the writer. */
    synchronized void pushBack(boolean on) {
        pushesBack = on;
    }

    int write(ByteBuffer bytes) throws IOException {
        int length = bytes.remaining();
        while (true) {
            synchronized (this) {
                check();
                if (next == null && spool.isEmpty()) {
                    channel.write(bytes);
                }
                if (!bytes.hasRemaining() || pushesBack) {
                    return length - bytes.remaining();
                }
                if (spool.add(bytes)) {
                    if (pace == null) {
                        pace = drain.pace();
                        drain.watch(this);
                    }
                    return length;
                }
            }
            drain.cutSlowest(this);
        }
    }

    /** Writes what the reader takes now; returns whether some bytes still wait. */
    boolean drain() {
        Runnable then;
        synchronized (this) {
            try {
                while (failure == null) {
                    if (next == null) {
                        next = spool.poll();
                    }
                    if (next == null) {
                        break;
                    }
                    int written = channel.write(next);
                    Pace current = pace;
                    if (current != null) {
                        current.moved(written);
                    }
                    if (next.hasRemaining()) {
                        return true;
                    }
                    next = null;
                }
            } catch (IOException gone) {
                fail(gone);
            }
            pace = null;
            then = drained;
            drained = null;
        }
        if (then != null) {
            then.run();
        }
        return false;
    }

    /**
     * Runs when no byte waits any more, or the reader has gone; returns false, and never runs, if that is already so.
     */
    synchronized boolean whenDrained(Runnable action) {
        if (failure != null || (next == null && spool.isEmpty())) {
            return false;
        }
        drained = action;
        return true;
    }

    /** Ends the connection; its container treats it like a lost peer. */
    void cut(String reason) {
        Runnable then;
        synchronized (this) {
            fail(new IOException(reason));
            then = drained;
            drained = null;
            try {
                channel.shutdownInput();
                channel.shutdownOutput();
            } catch (IOException alreadyGone) {
                // which was what was wanted
            }
        }
        if (then != null) {
            then.run();
        }
    }

    synchronized boolean isTooSlow(long now) {
        return pace != null && pace.isTooSlow(now);
    }

    synchronized double bytesPerSecond() {
        return pace == null ? Double.MAX_VALUE : pace.bytesPerSecond();
    }

    /** Returns whether its reader has had bytes to read for a while, so that its speed is meaningful. */
    synchronized boolean hasHadTime() {
        return pace != null && pace.hasRunFor(ENOUGH);
    }

    synchronized long waitingBytes() {
        return (next == null ? 0 : next.remaining()) + spool.size();
    }

    /** Discards waiting bytes. */
    synchronized void close() {
        if (failure == null) {
            fail(new IOException("The connection was closed"));
        }
        drained = null;
    }

    private void fail(IOException reason) {
        failure = reason;
        pace = null;
        next = null;
        spool.close();
    }

    private void check() throws IOException {
        if (failure != null) {
            throw new IOException(failure);
        }
    }
}
