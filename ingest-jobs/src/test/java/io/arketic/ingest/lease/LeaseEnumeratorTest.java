package io.arketic.ingest.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.metrics.groups.SplitEnumeratorMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests which readers get leases, and what failures do, without a cluster. */
class LeaseEnumeratorTest {

    private final Works works = new Works();
    private final Context context = new Context();
    private final LeaseEnumerator<String> enumerator =
            new LeaseEnumerator<>(context, wake -> works, Duration.ofSeconds(1));

    @Test
    void anOutageOfTheDatabaseIsShownAndPasses() {
        join(0, 1);
        works.failure = new SQLException("no connection", "08001");
        works.waiting.add("a");
        context.rounds();
        assertThat(context.assigned).isEmpty();
        assertThat(enumerator.failingSeconds()).isNotNegative();

        works.failure = null;
        enumerator.handleSourceEvent(0, new LeasesAsked(0));
        context.rounds();

        assertThat(context.assigned).containsExactly("0:a");
        assertThat(enumerator.failingSeconds()).isZero();
    }

    @Test
    void everyOtherFailureFailsTheJob() {
        IllegalArgumentException fault = new IllegalArgumentException("a fault");
        works.failure = fault;
        join(0, 1);
        assertThatIllegalStateException().isThrownBy(context::rounds).withCause(fault);

        works.failure = new NoClassDefFoundError("Gone");
        enumerator.handleSourceEvent(0, new LeasesAsked(1));
        assertThatExceptionOfType(NoClassDefFoundError.class).isThrownBy(context::rounds);
    }

    @Test
    void aRoundThatMeetsItsEndFailsNothing() {
        join(0, 1);
        enumerator.close();
        context.rounds();
        assertThat(context.assigned).isEmpty();
    }

    @Test
    void aReaderThatIsReplacedDuringARoundGetsNothingThatTheFormerOneWasMeantToHave() {
        works.waiting.add("a");
        join(0, 1);
        context.meanwhile = () -> {
            enumerator.addSplitsBack(List.of(), 0);
            enumerator.addReader(0);
        };

        context.rounds();

        assertThat(context.assigned).isEmpty();
        assertThat(works.kept).as("it is given back").isEmpty();
        works.waiting.add("a");
        enumerator.handleSourceEvent(0, new LeasesAsked(1));
        context.rounds();
        assertThat(context.assigned).containsExactly("0:a");
    }

    @Test
    void whatAReaderHadThatIsGoneSilentlyGoesToAnother() {
        works.waiting.add("a");
        join(0, 1);
        context.rounds();
        assertThat(context.assigned).containsExactly("0:a");

        works.kept = List.of("a");
        context.readers.remove(0);
        join(1, 1);
        context.rounds();

        assertThat(works.kept).as("it is given back").isEmpty();
    }

    @Test
    void aReaderThatGoesSilentlyDuringARoundGetsNothing() {
        works.waiting.add("a");
        join(0, 1);
        context.meanwhile = () -> context.readers.remove(0);

        context.rounds();

        assertThat(context.assigned).isEmpty();
        assertThat(works.kept).as("it is given back").isEmpty();
    }

    private void join(int reader, int places) {
        context.readers.put(reader, new ReaderInfo(reader, "localhost"));
        enumerator.addReader(reader);
        enumerator.handleSourceEvent(reader, new LeasesAsked(places));
    }

    private static final class Works implements WorkQueue<String> {

        private final List<String> waiting = new ArrayList<>();
        private @Nullable Throwable failure;
        private Collection<String> kept = List.of("nothing was said yet");

        @Override
        public List<Offer<String>> offers(int ofEach, Collection<String> leased) throws Exception {
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure instanceof Exception exception) {
                throw exception;
            }
            return waiting.stream()
                    .map(work -> new Offer<>("tenant of " + work, 1, work))
                    .toList();
        }

        @Override
        public Map<String, String> take(List<String> offered) {
            waiting.removeAll(offered);
            return offered.stream().collect(Collectors.toMap(Function.identity(), Function.identity()));
        }

        @Override
        public void keep(Collection<String> leased) {
            kept = List.copyOf(leased);
        }

        @Override
        public Optional<String> permanent() {
            return Optional.empty();
        }

        @Override
        public boolean exhausted() {
            return false;
        }

        @Override
        public Duration oldest() {
            return Duration.ZERO;
        }

        @Override
        public void done(String work) {}

        @Override
        public void close() {}
    }

    /** Runs the rounds when the test says so. */
    private static final class Context implements SplitEnumeratorContext<Lease<String>> {

        private final Map<Integer, ReaderInfo> readers = new HashMap<>();
        private final List<String> assigned = new ArrayList<>();
        private final Queue<Runnable> calls = new ArrayDeque<>();
        /** Happens after the next round, before its result is known. */
        private Runnable meanwhile = () -> {};

        void rounds() {
            for (Runnable call = calls.poll(); call != null; call = calls.poll()) {
                call.run();
            }
        }

        @Override
        public <T> void callAsync(Callable<T> work, BiConsumer<T, Throwable> handler) {
            calls.add(() -> {
                @Nullable T result = null;
                @Nullable Throwable failure = null;
                try {
                    result = work.call();
                } catch (Throwable e) {
                    failure = e;
                }
                Runnable now = meanwhile;
                meanwhile = () -> {};
                now.run();
                handler.accept(result, failure);
            });
        }

        @Override
        public <T> void callAsync(Callable<T> work, BiConsumer<T, Throwable> handler, long delay, long period) {
            callAsync(work, handler);
        }

        @Override
        public void runInCoordinatorThread(Runnable work) {
            work.run();
        }

        @Override
        public void assignSplits(SplitsAssignment<Lease<String>> assignment) {
            assignment
                    .assignment()
                    .forEach((reader, leases) -> leases.forEach(lease -> {
                        assertThat(readers).containsKey(reader);
                        assigned.add(reader + ":" + lease.work());
                    }));
        }

        @Override
        public void signalNoMoreSplits(int reader) {}

        @Override
        public void sendEventToSourceReader(int reader, SourceEvent event) {}

        @Override
        public int currentParallelism() {
            return 2;
        }

        @Override
        public Map<Integer, ReaderInfo> registeredReaders() {
            return readers;
        }

        @Override
        public SplitEnumeratorMetricGroup metricGroup() {
            return UnregisteredMetricsGroup.createSplitEnumeratorMetricGroup();
        }
    }
}
