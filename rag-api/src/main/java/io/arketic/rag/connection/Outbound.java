package io.arketic.rag.connection;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Holds written bytes that the reader of one connection has not taken yet. Writing does not wait for the reader; {@link
 * OutboundDrain} sends the rest. Only the writer of a long answer waits: it gives its bytes to the drain one after the other.
 */
final class Outbound {

    private static final Duration ENOUGH = Duration.ofSeconds(1);

    /** Limits what is kept of one connection: more than any answer but files, archives and exports. */
    private static final long MOST_WAITING = 8L << 20;

    /** A peer that reads each answer before its next request has fewer unread bytes. */
    private static final long READ = 256L << 10;

    private final SocketChannel channel;
    private final OutboundDrain drain;
    private final SpoolRoom room;
    private final String address;
    private final Spool spool;
    private final RecentBytes recent = new RecentBytes(System::nanoTime);
    private @Nullable ByteBuffer next;
    private @Nullable ByteBuffer handed;
    private @Nullable Pace held;
    private @Nullable Pace pace;
    private @Nullable IOException failure;
    private @Nullable Runnable drained;
    private boolean pushesBack;

    /** @param address that has a share of the room */
    Outbound(SocketChannel channel, OutboundDrain drain, SpoolRoom room, String address) {
        this.channel = channel;
        this.drain = drain;
        this.room = room;
        this.address = address;
        this.spool = new Spool(room, address);
    }

    SocketChannel channel() {
        return channel;
    }

    String address() {
        return address;
    }

    /** Returns whether the reader has yet to take so much that it cannot have read the answers before. */
    boolean isBehind() {
        return waitingBytes() > READ;
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
                    recent.add(channel.write(bytes));
                }
                if (!bytes.hasRemaining() || pushesBack) {
                    return length - bytes.remaining();
                }
                if (waitingBytes() < MOST_WAITING && spool.add(bytes)) {
                    watch();
                    return length;
                }
                if (drain.mayWait()) {
                    try {
                        handOver(bytes);
                        return length;
                    } finally {
                        drain.waited();
                    }
                }
            }
            drain.cutSlowest(this, room.heaviest());
        }
    }

    private void watch() {
        if (pace == null) {
            pace = drain.pace();
            drain.watch(this);
        }
    }

    /** Waits until the drain has written the bytes, at the speed of a reader that keeps a thread waiting. */
    private synchronized void handOver(ByteBuffer bytes) throws IOException {
        handed = bytes;
        held = drain.paceOfHeld();
        watch();
        try {
            while (bytes.hasRemaining()) {
                check();
                wait();
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            fail(new IOException("Writing was interrupted", stopping));
            check();
        } finally {
            handed = null;
            held = null;
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
                    ByteBuffer now = next == null ? handed : next;
                    if (now == null) {
                        break;
                    }
                    moved(channel.write(now));
                    if (now.hasRemaining()) {
                        return true;
                    }
                    if (next == null) {
                        handed = null;
                        notifyAll();
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

    private void moved(int bytes) {
        recent.add(bytes);
        if (pace != null) {
            pace.moved(bytes);
        }
        if (held != null) {
            held.moved(bytes);
        }
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
        return (pace != null && pace.isTooSlow(now)) || (held != null && held.isTooSlow(now));
    }

    /** Returns the speed of the reader in the last ten seconds; bytes that wait do not count. */
    synchronized double recentBytesPerSecond() {
        return recent.perSecond();
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

    private synchronized void fail(IOException reason) {
        failure = reason;
        notifyAll();
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
