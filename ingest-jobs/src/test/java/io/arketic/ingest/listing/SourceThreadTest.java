package io.arketic.ingest.listing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.arketic.ingest.flow.SourceThread;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.core.io.InputStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests that the polling task ends with its thread: as finished or as failed. */
@Timeout(60)
class SourceThreadTest {

    private final Collected output = new Collected();

    @Test
    void theEndOfTheThreadIsTheEndOfTheSource() throws Exception {
        assertThat(drain(reading(() -> null))).isEqualTo(InputStatus.END_OF_INPUT);
        assertThat(output.elements).containsExactly("first");
    }

    @Test
    void everyFailureOfTheThreadFailsTheTask() {
        for (Throwable thrown : List.of(
                new IllegalStateException("unchecked"),
                new IOException("checked"),
                new InterruptedException("by a library"),
                new NoClassDefFoundError("Gone"),
                new StackOverflowError(),
                new AssertionError("broken"))) {
            assertThatThrownBy(() -> drain(reading(() -> {
                        if (thrown instanceof Error error) {
                            throw error;
                        }
                        throw (Exception) thrown;
                    })))
                    .isSameAs(thrown);
        }
    }

    /** Checks that the listing's pause depends on the store's time, also if the ingest was busy for half an hour. */
    @Test
    void theThreadWaitsWhileTheNextStepsAreBusy() throws Exception {
        SourceThread<String> source = new SourceThread<>("test-source") {
            @Override
            public void read() throws Exception {
                for (int i = 0; i <= QUEUED; i++) {
                    emit("element");
                }
            }
        };
        source.start();
        while (!isWaiting("test-source")) {
            Thread.onSpinWait();
        }
        assertThat(drainStarted(source)).isEqualTo(InputStatus.END_OF_INPUT);
        assertThat(output.elements).hasSize(SourceThread.QUEUED + 1);
    }

    @Test
    void aListingIsFollowedByAPauseOfFourTimesItsTime() {
        Duration minute = Duration.ofMinutes(1);
        assertThat(BucketListing.rest(minute, minute)).isEqualTo(minute.multipliedBy(4));
        assertThat(BucketListing.rest(Duration.ofSeconds(1), minute)).isEqualTo(minute);
    }

    private static boolean isWaiting(String thread) {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(one -> one.getName().equals(thread) && one.getState() == Thread.State.WAITING);
    }

    private static SourceThread<String> reading(Callable<?> work) {
        return new SourceThread<>("test-source") {
            @Override
            public void read() throws Exception {
                emit("first");
                work.call();
            }
        };
    }

    /** Polls like a task, and waits for the reader's signal if there is no element. */
    private InputStatus drain(SourceThread<String> source) throws Exception {
        source.start();
        return drainStarted(source);
    }

    private InputStatus drainStarted(SourceThread<String> source) throws Exception {
        try {
            InputStatus status = source.pollNext(output);
            while (status != InputStatus.END_OF_INPUT) {
                if (status == InputStatus.NOTHING_AVAILABLE) {
                    source.isAvailable().get(30, TimeUnit.SECONDS);
                }
                status = source.pollNext(output);
            }
            return status;
        } finally {
            source.close();
        }
    }

    private static final class Collected implements ReaderOutput<String> {

        private final List<String> elements = new ArrayList<>();

        @Override
        public void collect(String element) {
            elements.add(element);
        }

        @Override
        public void collect(String element, long timestamp) {
            elements.add(element);
        }

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
