package io.arketic.cli.operate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeedTextsTest {

    @Test
    void theSameNumberGivesTheSameText() {
        assertThat(SeedTexts.text("Aurelia Pumps", 7))
                .isEqualTo(SeedTexts.text("Aurelia Pumps", 7))
                .startsWith("# Manual 7: the ")
                .isNotEqualTo(SeedTexts.text("Aurelia Pumps", 8));
    }

    @Test
    void eachOrganizationHasItsOwnName() {
        assertThat(IntStream.range(0, 100).mapToObj(SeedTexts::organization)).doesNotHaveDuplicates();
    }
}
