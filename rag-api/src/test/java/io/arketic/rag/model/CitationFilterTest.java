package io.arketic.rag.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CitationFilterTest {

    @Test
    void keepsMarksOfSourcesThatWereGiven() {
        Filtered filter = filtered(2, "Blue [1] and red [2][1].");
        assertThat(filter.content()).isEqualTo("Blue [1] and red [2][1].");
        assertThat(filter.cited()).containsExactly(1, 2);
    }

    @Test
    void takesOutMarksOfSourcesThatWereNot() {
        Filtered filter = filtered(2, "Blue [3], red [0], green [99].");
        assertThat(filter.content()).isEqualTo("Blue , red , green .");
        assertThat(filter.cited()).isEmpty();
    }

    @Test
    void aMarkMayComeInPieces() {
        Filtered filter = filtered(9, "Blue [", "7", "] and [1", "2] end [");
        assertThat(filter.content()).isEqualTo("Blue [7] and  end [");
        assertThat(filter.cited()).containsExactly(7);
    }

    @Test
    void whatNoDatabaseStoresIsReplaced() {
        assertThat(filtered(1, "a\u0000b [\u0000").content()).isEqualTo("a\uFFFDb [\uFFFD");
    }

    @Test
    void otherBracketsPass() {
        assertThat(filtered(1, "a[i] = [] [x](y) [12345678]").content()).isEqualTo("a[i] = [] [x](y) [12345678]");
    }

    private record Filtered(String content, Set<Integer> cited) {}

    private static Filtered filtered(int sources, String... pieces) {
        StringBuilder passed = new StringBuilder();
        CitationFilter filter = new CitationFilter(sources, passed::append);
        List.of(pieces).forEach(filter::accept);
        filter.end();
        return new Filtered(passed.toString(), filter.cited());
    }
}
