package io.arketic.rag.connection;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.Comparator;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one thread that writes to all slow readers. */
final class OutboundDrain implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(OutboundDrain.class);
    private static final Duration ROUND = Duration.ofMillis(500);

    /** A reader may pause for so many times the patience, for example while its machine sleeps. */
    private static final int PAUSES = 15;

    /** A reader for whom a writer waits reads so many times faster than the least rate. */
    private static final int HELD = 16;

    /** Its writer makes the answer while it waits, and its network may stall. */
    private static final int PATIENCE_WITH_HELD = 3;

    private final LongConsumer everyRound;
    private final Duration patience;
    private final long leastRate;
    private final Selector selector;
    private final Queue<Outbound> arriving = new ConcurrentLinkedQueue<>();
    private final Set<Outbound> watched = ConcurrentHashMap.newKeySet();
    private final Semaphore waiting;
    private final Thread thread;
    private volatile boolean over;

    /**
     * @param held readers for whom a writer may wait at once
     * @param everyRound runs about twice a second, with {@link System#nanoTime}, and does not wait for anything
     */
    OutboundDrain(Duration patience, long leastRate, int held, LongConsumer everyRound) throws IOException {
        this.waiting = new Semaphore(held);
        this.everyRound = everyRound;
        this.patience = patience;
        this.leastRate = leastRate;
        this.selector = Selector.open();
        this.thread = new Thread(this::run, "arketic-drain");
        thread.setDaemon(true);
        thread.start();
    }

    Pace pace() {
        return new Pace(patience, leastRate, patience.multipliedBy(PAUSES));
    }

    /** Returns the pace of a reader for whom a writer waits. */
    Pace paceOfHeld() {
        Duration longer = patience.multipliedBy(PATIENCE_WITH_HELD);
        return new Pace(longer, leastRate * HELD, longer);
    }

    /** Returns whether a writer may wait for its reader; each that does calls {@link #waited} then. */
    boolean mayWait() {
        return waiting.tryAcquire();
    }

    void waited() {
        waiting.release();
    }

    /** Watches a connection until it is drained. */
    void watch(Outbound outbound) {
        watched.add(outbound);
        arriving.add(outbound);
        selector.wakeup();
    }

    int readers() {
        return watched.size();
    }

    /**
     * Frees disk space of spools by disconnecting the slowest reader of the address that has most, which may be the asking
     * one.
     */
    void cutSlowest(Outbound asking, String address) {
        Outbound slowest = watched.stream()
                .filter(reader -> reader.address().equals(address) && reader.hasHadTime())
                .min(Comparator.comparingDouble(Outbound::bytesPerSecond))
                .orElse(asking);
        watched.remove(slowest);
        slowest.cut("No room is left for what slow readers have not taken");
    }

    private void run() {
        long checked = System.nanoTime();
        while (!over) {
            try {
                selector.select(ROUND.toMillis());
                register();
                selector.selectedKeys().forEach(this::write);
                selector.selectedKeys().clear();
                long now = System.nanoTime();
                if (now - checked > ROUND.toNanos()) {
                    checked = now;
                    cutSlow(now);
                    everyRound.accept(now);
                }
            } catch (IOException | RuntimeException | Error failure) {
                log.error("Writing to slow readers failed", failure);
            }
        }
    }

    private void register() {
        for (Outbound outbound = arriving.poll(); outbound != null; outbound = arriving.poll()) {
            try {
                watched.add(outbound);
                outbound.channel().register(selector, SelectionKey.OP_WRITE, outbound);
            } catch (ClosedChannelException | CancelledKeyException closed) {
                watched.remove(outbound);
                outbound.close();
            }
        }
    }

    private void write(SelectionKey key) {
        if (!(key.attachment() instanceof Outbound outbound) || outbound.drain()) {
            return;
        }
        watched.remove(outbound);
        try {
            key.interestOps(0);
        } catch (CancelledKeyException closed) {
            outbound.close();
        }
    }

    private void cutSlow(long now) {
        for (Outbound outbound : watched) {
            if (outbound.isTooSlow(now)) {
                outbound.cut("The answer was read too slowly");
            }
            if (!outbound.channel().isOpen()) {
                watched.remove(outbound);
            }
        }
    }

    @Override
    public void close() {
        over = true;
        selector.wakeup();
        try {
            thread.join(ROUND.multipliedBy(4).toMillis());
            watched.forEach(outbound -> outbound.cut("The server stops"));
            selector.close();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (IOException alreadyClosed) {
            log.debug("The selector of slow readers", alreadyClosed);
        }
    }
}
