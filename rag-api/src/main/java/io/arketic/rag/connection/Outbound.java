package io.arketic.rag.connection;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What was written to one connection and its reader has not taken yet. Writing does not wait for the reader: the rest goes
 * out while it takes it, by {@link OutboundDrain}.
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

    /** While this holds, what the reader does not take is left with the writer, which knows what to do with it. */
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

    /** Writes what the reader takes now; returns whether something still waits for it. */
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

    /** Runs once nothing waits any more, or the reader has gone; false, and never, where that is so already. */
    synchronized boolean whenDrained(Runnable action) {
        if (failure != null || (next == null && spool.isEmpty())) {
            return false;
        }
        drained = action;
        return true;
    }

    /** Ends the connection: its container hears of it as of a peer that has gone. */
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

    /** Whether its reader waits for something, and has for a while, so that its speed says something. */
    synchronized boolean hasHadTime() {
        return pace != null && pace.hasRunFor(ENOUGH);
    }

    synchronized long waitingBytes() {
        return (next == null ? 0 : next.remaining()) + spool.size();
    }

    /** What waits is forgotten. */
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
