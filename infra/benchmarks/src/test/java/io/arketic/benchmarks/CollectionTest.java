package io.arketic.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CollectionTest {

    @TempDir
    private Path directory;

    private Collection collection;

    @BeforeEach
    void write() throws Exception {
        Files.writeString(directory.resolve("corpus.jsonl"), """
                {"_id": "a", "title": "Title", "text": "Text with a line separator\u2028inside."}
                {"_id": "b", "title": "", "text": "B"}
                {"_id": "c", "text": "C"}
                """);
        Files.writeString(directory.resolve("queries.jsonl"), """
                {"_id": "q1", "text": "first"}
                {"_id": "q2", "text": "nobody judged this"}
                """);
        Files.createDirectory(directory.resolve("qrels"));
        Files.writeString(directory.resolve("qrels/test.tsv"), """
                query-id\tcorpus-id\tscore
                q1\ta\t2
                q1\tb\t1
                q1\tc\t0
                """);
        collection = Collection.read(directory);
    }

    @Test
    void readsDocumentsAndJudgedQuestions() {
        assertThat(collection.documents())
                .containsEntry("a", "Title\n\nText with a line separator\u2028inside.")
                .containsEntry("c", "C");
        assertThat(collection.questions()).containsOnlyKeys("q1");
    }

    @Test
    void countsNdcgAsTheFormulaSays() {
        double ideal = 2 + 1 / (Math.log(3) / Math.log(2));
        assertThat(collection.ndcg("q1", List.of("a", "b"))).isCloseTo(1, within(1e-9));
        assertThat(collection.ndcg("q1", List.of("c", "a")))
                .isCloseTo(2 / (Math.log(3) / Math.log(2)) / ideal, within(1e-9));
        assertThat(collection.ndcg("q1", List.of())).isZero();
        assertThat(collection.ndcg("q1", List.of("c", "c", "c", "c", "c", "c", "c", "c", "c", "c", "a")))
                .isZero();
    }
}
