package io.arketic.rag.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.extractive.Hits;
import io.arketic.schema.search.ChunkHit;
import java.util.List;
import org.junit.jupiter.api.Test;

class CopiesTest {

    private static final ChunkHit BEST = Hits.hit("text", "The filter is changed every week.", 0);
    private static final ChunkHit SAME = Hits.hit("text", "The filter is changed\nevery\u00a0 week.", 40);
    private static final ChunkHit OTHER = Hits.hit("text", "The filter is changed every 2 weeks.", 80);

    @Test
    void theBestNamesThoseOfTheSameWords() {
        assertThat(Copies.fold(List.of(BEST, OTHER, SAME)))
                .containsExactly(new FoundPassage(BEST, List.of(SAME), null), new FoundPassage(OTHER, List.of(), null));
    }

    /** Rows of a table and lines of a log differ in little else. */
    @Test
    void anotherNumberIsAnotherText() {
        assertThat(Copies.fold(
                        List.of(Hits.hit("table", "Revenue 2021: 5.1", 0), Hits.hit("table", "Revenue 2022: 5.1", 0))))
                .hasSize(2);
    }

    @Test
    void anotherSignIsAnotherText() {
        List.of(
                        List.of("-5 °C", "5 °C"),
                        List.of("C++", "C#"),
                        List.of("a < b", "a > b"),
                        List.of("5 mW", "5 MW"),
                        List.of("***", "---"))
                .forEach(pair -> assertThat(Copies.fold(
                                List.of(Hits.hit("text", pair.get(0), 0), Hits.hit("text", pair.get(1), 0))))
                        .as(pair.toString())
                        .hasSize(2));
    }

    @Test
    void anotherFormOfTheSameCharacterIsTheSameText() {
        assertThat(Copies.fold(List.of(Hits.hit("text", "Zoë", 0), Hits.hit("text", "Zoe\u0308", 0))))
                .hasSize(1);
    }
}
