package io.arketic.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.util.List;
import org.junit.jupiter.api.Test;

class PeerRunTest {

    @Test
    void readsWhatAnotherProductMeasured() throws Exception {
        PeerRun run = PeerRun.read(List.of(
                "ingest\t3\t1\t600\t2000000000",
                "answer\tq1\t9000000\t2.txt\t1.txt",
                "answer\tq2\t1000000\t1.txt",
                "answer\tq3\t4000000",
                "answer\tq4\t2000000\t1.txt"));
        assertThat(run.files()).isEqualTo(3);
        assertThat(run.failed()).isEqualTo(1);
        assertThat(run.charactersPerSecond()).isEqualTo(300);
        assertThat(run.rankings().get("q1")).containsExactly("2.txt", "1.txt");
        assertThat(run.rankings().get("q3")).isEmpty();
        assertThat(run.warm().values()).containsExactly(4.0, 2.0);
    }

    @Test
    void aProductThatMeasuredNothingIsNoResult() {
        assertThatIOException().isThrownBy(() -> PeerRun.read(List.of()));
        assertThatIOException().isThrownBy(() -> PeerRun.read(List.of("answer\tq1\t9\t2.txt")));
    }
}
