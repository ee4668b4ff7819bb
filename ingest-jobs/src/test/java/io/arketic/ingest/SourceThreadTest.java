package io.arketic.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
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

/** However the thread ends, the task that polls it ends, too: as finished or as failed. */
@Timeout(60)
class SourceThreadTest {

    private final Collected output = new Collected();

    @Test
    void theEndOfTheThreadIsTheEndOfTheSource() throws Exception {
        assertThat(drain(reading(() -> null))).isEqualTo(InputStatus.END_OF_INPUT);
        assertThat(output.elements).containsExactly("first");
    }

    @Test
    void whateverTheThreadThrowsFailsTheTask() {
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

    private static SourceThread<String> reading(Callable<?> work) {
        return new SourceThread<>("test-source") {
            @Override
            void read() throws Exception {
                emit("first");
                work.call();
            }
        };
    }

    /** As a task does: polls, and waits for the reader's word where there is nothing. */
    private InputStatus drain(SourceThread<String> source) throws Exception {
        source.start();
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
