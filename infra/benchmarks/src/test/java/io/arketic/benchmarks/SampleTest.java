package io.arketic.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class SampleTest {

    @Test
    void quantilesAreMeasuredValues() {
        Sample sample = new Sample();
        for (int value = 20; value >= 1; value--) {
            sample.add(value);
        }
        assertThat(sample.median()).isEqualTo(10);
        assertThat(sample.quantile(0.95)).isEqualTo(19);
        assertThat(sample.quantile(1)).isEqualTo(20);
        assertThat(sample.max()).isEqualTo(20);
    }

    @Test
    void nothingMeasuredHasNoMedian() {
        assertThatIllegalStateException().isThrownBy(new Sample()::median);
    }
}
