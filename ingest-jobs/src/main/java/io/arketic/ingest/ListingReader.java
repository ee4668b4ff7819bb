package io.arketic.ingest;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists in a thread of its own, so that a long listing or a full pipeline never holds up a checkpoint. At most
 * {@link #QUEUED} events wait; the listing waits with them.
 */
final class ListingReader implements SourceReader<ObjectEvent, NoSplit> {

    private static final Logger LOG = LoggerFactory.getLogger(ListingReader.class);
    private static final int QUEUED = 1_000;

    /** The store is left alone for this many times as long as the last listing took. */
    private static final int REST = 4;

    private final IngestSettings settings;
    private final boolean once;
    private final Counter listings;
    private final Counter failedListings;
    private final Thread lister = new Thread(this::list, "arketic-listing");

    private final Object lock = new Object();
    private final Queue<ObjectEvent> events = new ArrayDeque<>();
    private CompletableFuture<Void> available = new CompletableFuture<>();
    private boolean complete;
    private @Nullable Exception failure;
    private volatile Duration lastListing = Duration.ZERO;

    ListingReader(IngestSettings settings, Boundedness boundedness, MetricGroup metrics) {
        this.settings = settings;
        this.once = boundedness == Boundedness.BOUNDED;
        this.listings = metrics.counter("listings");
        this.failedListings = metrics.counter("failedListings");
        metrics.gauge("lastListingMilliseconds", () -> lastListing.toMillis());
    }

    @Override
    public void start() {
        lister.setDaemon(true);
        lister.start();
    }

    @Override
    public InputStatus pollNext(ReaderOutput<ObjectEvent> output) throws Exception {
        ObjectEvent event;
        boolean more;
        synchronized (lock) {
            if (failure != null) {
                throw failure;
            }
            event = events.poll();
            if (event == null) {
                if (complete) {
                    return InputStatus.END_OF_INPUT;
                }
                if (available.isDone()) {
                    available = new CompletableFuture<>();
                }
                return InputStatus.NOTHING_AVAILABLE;
            }
            more = complete || !events.isEmpty();
            lock.notifyAll();
        }
        output.collect(event);
        return more ? InputStatus.MORE_AVAILABLE : InputStatus.NOTHING_AVAILABLE;
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
        synchronized (lock) {
            if (complete || failure != null || !events.isEmpty()) {
                return CompletableFuture.completedFuture(null);
            }
            if (available.isDone()) {
                available = new CompletableFuture<>();
            }
            return available;
        }
    }

    @Override
    public List<NoSplit> snapshotState(long checkpoint) {
        return List.of();
    }

    @Override
    public void addSplits(List<NoSplit> splits) {}

    @Override
    public void notifyNoMoreSplits() {}

    @Override
    public void close() throws InterruptedException {
        lister.interrupt();
        lister.join(Duration.ofMinutes(1).toMillis());
    }

    private void list() {
        try (BucketWatch watch = BucketWatch.open(settings, this::emit)) {
            boolean again = true;
            while (again) {
                long start = System.nanoTime();
                boolean listed = listOnce(watch);
                lastListing = Duration.ofNanos(System.nanoTime() - start);
                again = !(once && listed);
                if (again) {
                    Duration rest = lastListing.multipliedBy(REST);
                    Duration interval = settings.listing().interval();
                    Thread.sleep(Math.max(rest.toMillis(), interval.toMillis()));
                }
            }
            end(null);
        } catch (InterruptedException e) {
            // closing: nobody polls any more
        } catch (Exception e) {
            end(e);
        }
    }

    private boolean listOnce(BucketWatch watch) throws InterruptedException {
        try {
            watch.list();
            listings.inc();
            return true;
        } catch (StoreUnavailableException e) {
            failedListings.inc();
            LOG.warn("listing broke off and is tried again: {}", e.getMessage());
            return false;
        }
    }

    private void emit(ObjectEvent event) throws InterruptedException {
        CompletableFuture<Void> waiting;
        synchronized (lock) {
            while (events.size() >= QUEUED) {
                lock.wait();
            }
            events.add(event);
            waiting = available;
        }
        waiting.complete(null);
    }

    private void end(@Nullable Exception reason) {
        CompletableFuture<Void> waiting;
        synchronized (lock) {
            complete = true;
            failure = reason;
            waiting = available;
        }
        waiting.complete(null);
    }
}
