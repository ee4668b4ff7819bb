package io.arketic.ingest.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.UserCodeClassLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests what a reader asks for, without a cluster. */
@Timeout(60)
class LeaseReaderTest {

    private static final int PLACES = 2;
    private static final int MOST_WAITING = 200;

    private final Coordinator coordinator = new Coordinator();
    private final AtomicLong time = new AtomicLong();
    private final Reader reader = new Reader(coordinator, time);

    @AfterEach
    void close() throws Exception {
        reader.close();
    }

    @Test
    void whatWaitsWithoutAThreadTakesNoPlace() throws Exception {
        reader.start();
        assertThat(coordinator.asked()).isEqualTo(PLACES);
        lease(0);
        lease(1);

        awaitAsked(2 * PLACES);
    }

    @Test
    void anOutageDrawsInSoMuchWorkAndNotAllOfIt() throws Exception {
        reader.start();
        for (int number = 0; number < coordinator.asked(); number++) {
            lease(number);
            awaitAsked(Math.min(number + 1, MOST_WAITING) + PLACES);
        }
        assertThat(coordinator.asked()).isEqualTo(MOST_WAITING + PLACES);
    }

    @Test
    void afterAnOutageNoMoreWorkHasThreadsThanThereArePlaces() throws Exception {
        reader.start();
        for (int number = 0; number < coordinator.asked(); number++) {
            lease(number);
            awaitAsked(Math.min(number + 1, MOST_WAITING) + PLACES);
        }

        reader.waiting.values().forEach(service -> service.complete("the service answers"));

        awaitEnded(MOST_WAITING + PLACES);
        assertThat(reader.most).hasPositiveValue().hasValueLessThanOrEqualTo(PLACES);
    }

    @Test
    void afterAnOutageOneTenantDoesNotHoldEveryThread() throws Exception {
        reader.start();
        for (int number = 0; number < coordinator.asked(); number++) {
            lease(number);
            awaitAsked(Math.min(number + 1, MOST_WAITING) + PLACES);
        }
        reader.held.addAll(reader.waiting.keySet());
        reader.waiting.values().forEach(service -> service.complete("the service answers"));

        long other = 1_000;
        reader.addSplits(List.of(new Lease<>(other, other, "b", false)));
        reader.waiting.get(other).complete("the service answers");

        awaitEnded(1);
        assertThat(coordinator.ended().get(0).number()).isEqualTo(other);
        reader.go.countDown();
    }

    @Test
    void workIsChargedTheTimeOfItsThreads() throws Exception {
        reader.start();
        lease(0);
        awaitAsked(PLACES + 1);
        time.addAndGet(TimeUnit.HOURS.toNanos(1)); // the time that is to be left out
        reader.held.add(0L);

        reader.waiting.get(0L).complete("the service answers");

        reader.holding.await();
        time.addAndGet(TimeUnit.SECONDS.toNanos(7));
        reader.go.countDown();
        awaitEnded(1);
        assertThat(coordinator.ended().get(0).tookNanos()).isEqualTo(TimeUnit.SECONDS.toNanos(7));
    }

    @Test
    void workThatWaitsWithoutAThreadIsNotTheOldest() throws Exception {
        reader.start();
        lease(0);
        awaitAsked(PLACES + 1);
        time.addAndGet(TimeUnit.HOURS.toNanos(1));
        assertThat(reader.longest()).isZero();
        reader.held.add(0L);

        reader.waiting.get(0L).complete("the service answers");

        reader.holding.await();
        time.addAndGet(TimeUnit.SECONDS.toNanos(7));
        assertThat(reader.longest()).isEqualTo(Duration.ofSeconds(7));
        reader.go.countDown();
        awaitEnded(1);
        assertThat(reader.longest()).isZero();
    }

    @Test
    void itEndsWhenWhatItHasIsDone() throws Exception {
        reader.start();
        lease(0);
        awaitAsked(PLACES + 1);
        reader.notifyNoMoreSplits();
        assertThat(reader.pollNext(new Output())).isEqualTo(InputStatus.NOTHING_AVAILABLE);

        reader.waiting.get(0L).complete("the service answers");

        InputStatus status = InputStatus.NOTHING_AVAILABLE;
        while (status != InputStatus.END_OF_INPUT) {
            reader.isAvailable().get(30, TimeUnit.SECONDS);
            status = reader.pollNext(new Output());
        }
        assertThat(coordinator.ended()).hasSize(1);
    }

    private void lease(long number) {
        reader.addSplits(List.of(new Lease<>(number, number, "a", false)));
    }

    private void awaitAsked(int places) throws Exception {
        while (coordinator.asked() < places) {
            reader.isAvailable().get(30, TimeUnit.SECONDS);
            reader.pollNext(new Output());
        }
        assertThat(coordinator.asked()).isEqualTo(places);
    }

    private void awaitEnded(int leases) throws Exception {
        while (coordinator.ended().size() < leases) {
            reader.isAvailable().get(30, TimeUnit.SECONDS);
            reader.pollNext(new Output());
        }
    }

    /** Has work that runs in a thread for a moment, waits for a service, and goes on. */
    private static final class Reader extends LeaseReader<String, Long> {

        private final Map<Long, CompletableFuture<String>> waiting = new ConcurrentHashMap<>();
        private final Set<Long> held = ConcurrentHashMap.newKeySet();
        private final CountDownLatch holding = new CountDownLatch(1);
        private final CountDownLatch go = new CountDownLatch(1);
        private final AtomicInteger atOnce = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();

        Reader(SourceReaderContext context, AtomicLong time) {
            super(context, "test", time::get);
        }

        @Override
        protected void open() {}

        @Override
        protected int places() {
            return PLACES;
        }

        @Override
        protected CompletableFuture<?> work(Long work, WorkThread thread) {
            CompletableFuture<String> service = new CompletableFuture<>();
            waiting.put(work, service);
            return thread.run(() -> "asked")
                    .thenCompose(asked -> service)
                    .thenCompose(answer -> thread.run(() -> goOn(work)));
        }

        private String goOn(long work) throws InterruptedException {
            most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            if (held.contains(work)) {
                holding.countDown();
                go.await();
            }
            Thread.yield();
            atOnce.decrementAndGet();
            return "done";
        }

        @Override
        protected void release() {}
    }

    private static final class Coordinator implements SourceReaderContext {

        private final List<SourceEvent> events = new ArrayList<>();

        int asked() {
            return events.stream()
                    .mapToInt(event -> event instanceof LeasesAsked asked ? asked.places() : 0)
                    .sum();
        }

        List<LeaseEnded> ended() {
            return events.stream()
                    .filter(LeaseEnded.class::isInstance)
                    .map(LeaseEnded.class::cast)
                    .toList();
        }

        @Override
        public void sendSourceEventToCoordinator(SourceEvent event) {
            events.add(event);
        }

        @Override
        public SourceReaderMetricGroup metricGroup() {
            return UnregisteredMetricsGroup.createSourceReaderMetricGroup();
        }

        @Override
        public Configuration getConfiguration() {
            return new Configuration();
        }

        @Override
        public String getLocalHostName() {
            return "localhost";
        }

        @Override
        public int getIndexOfSubtask() {
            return 0;
        }

        @Override
        public void sendSplitRequest() {
            throw new IllegalStateException("it asks with an event");
        }

        @Override
        public UserCodeClassLoader getUserCodeClassLoader() {
            throw new IllegalStateException("it loads no classes");
        }
    }

    private static final class Output implements ReaderOutput<String> {

        @Override
        public void collect(String element) {}

        @Override
        public void collect(String element, long time) {}

        @Override
        public void emitWatermark(Watermark watermark) {}

        @Override
        public void markIdle() {}

        @Override
        public void markActive() {}

        @Override
        public SourceOutput<String> createOutputForSplit(String split) {
            return this;
        }

        @Override
        public void releaseOutputForSplit(String split) {}
    }
}
