package io.arketic.cli.prove;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class ProveFreshnessTest {

    @Test
    void percentilesAreByTheNearestRank() {
        List<Duration> samples =
                LongStream.rangeClosed(1, 100).mapToObj(Duration::ofMillis).toList();
        assertThat(ProveFreshness.percentile(samples, 50)).isEqualTo(Duration.ofMillis(50));
        assertThat(ProveFreshness.percentile(samples, 99)).isEqualTo(Duration.ofMillis(99));
        assertThat(ProveFreshness.percentile(List.of(Duration.ofMillis(7)), 50)).isEqualTo(Duration.ofMillis(7));
    }

    @Test
    void eachDocumentHasAWordOfItsOwn() {
        String text = ProofBase.text(1, 1, "x");
        assertThat(text).contains(ProofBase.word(1)).doesNotContain(ProofBase.word(10));
        assertThat(ProofBase.text(1, 2, "x")).isNotEqualTo(text);
        assertThat(ProofBase.text(1, 1, "y")).isNotEqualTo(text);
        assertThat(ProofBase.text(11, 1, "x")).doesNotContain(ProofBase.word(1));
    }
}
