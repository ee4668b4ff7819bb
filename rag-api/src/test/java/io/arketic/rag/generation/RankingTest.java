package io.arketic.rag.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RankingTest {

    private static final UUID A = new UUID(0, 1);
    private static final UUID B = new UUID(0, 2);
    private static final UUID C = new UUID(0, 3);

    @Test
    void aDocumentCountsOnceAndTenAtMost() {
        assertThat(new Ranking(List.of(A, A, B, A)).documents()).containsExactly(A, B);
        List<UUID> many = Stream.generate(UUID::randomUUID).limit(30).toList();
        assertThat(new Ranking(many).documents()).isEqualTo(many.subList(0, 10));
    }

    @Test
    void overlapIsTheSharedPartOfTheLongerOne() {
        assertThat(new Ranking(List.of(A, B)).overlap(new Ranking(List.of(B, C))))
                .isEqualTo(0.5);
        assertThat(new Ranking(List.of(A)).overlap(new Ranking(List.of(A, B, C))))
                .isEqualTo(1 / 3.0);
        assertThat(new Ranking(List.of()).overlap(new Ranking(List.of()))).isEqualTo(1);
        assertThat(new Ranking(List.of(A)).overlap(new Ranking(List.of()))).isZero();
    }

    @Test
    void ndcgIsOneForTheBestOrderAndFallsWithTheRank() {
        assertThat(new Ranking(List.of(A, B, C)).ndcg(Set.of(A, B))).isEqualTo(1);
        assertThat(new Ranking(List.of(C, A)).ndcg(Set.of(A))).isEqualTo(0.6309, within(0.0001));
        assertThat(new Ranking(List.of(B)).ndcg(Set.of(A))).isZero();
    }
}
