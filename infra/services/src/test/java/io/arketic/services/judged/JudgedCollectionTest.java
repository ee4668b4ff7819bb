package io.arketic.services.judged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JudgedCollectionTest {

    @TempDir
    private Path directory;

    private JudgedCollection collection;

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
        collection = JudgedCollection.read(directory);
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
        assertThat(ndcg("q1", List.of("a", "b"))).isCloseTo(1, within(1e-9));
        assertThat(ndcg("q1", List.of("c", "a"))).isCloseTo(2 / (Math.log(3) / Math.log(2)) / ideal, within(1e-9));
        assertThat(ndcg("q1", List.of())).isZero();
        assertThat(ndcg("q1", List.of("c", "c", "c", "c", "c", "c", "c", "c", "c", "c", "a")))
                .isZero();
    }

    private double ndcg(String question, List<String> ranking) {
        return collection.measure(question, ranking).ndcg10();
    }

    @Test
    void countsRecallAndTheFirstRelevantDocument() {
        Measures measures = collection.measure("q1", List.of("c", "a", "d"));
        assertThat(measures.recall10()).isEqualTo(0.5);
        assertThat(measures.recall100()).isEqualTo(0.5);
        assertThat(measures.mrr()).isEqualTo(0.5);
        assertThat(collection.measure("unknown", List.of("a"))).isEqualTo(new Measures(0, 0, 0, 0));
    }

    @Test
    void namesTheLineThatCannotBeRead() throws Exception {
        Files.writeString(directory.resolve("qrels/test.tsv"), "query-id\tcorpus-id\tscore\nq1\ta\tmuch\n");
        assertThatThrownBy(() -> JudgedCollection.read(directory))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("test.tsv")
                .hasMessageContaining("line 2");
        Files.writeString(directory.resolve("qrels/test.tsv"), "query-id\tcorpus-id\tscore\nq1\ta\t1\n");
        Files.writeString(directory.resolve("queries.jsonl"), "{\"_id\": \"q1\", \"text\": \"x\"}\n{broken\n");
        assertThatThrownBy(() -> JudgedCollection.read(directory))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("queries.jsonl has no JSON in line 2");
    }

    @Test
    void aRunThatChangesNothingDiffersByChanceAndOneThatIsBetterOnEachQuestionDoesNot() {
        double[] before = new double[30];
        double[] better = new double[30];
        double[] mixed = new double[30];
        for (int i = 0; i < before.length; i++) {
            before[i] = 0.5;
            better[i] = 0.6;
            mixed[i] = i % 2 == 0 ? 0.6 : 0.4;
        }
        assertThat(PairedTest.p(before, before)).isEqualTo(1);
        assertThat(PairedTest.p(before, better)).isLessThan(0.001);
        assertThat(PairedTest.p(before, mixed)).isGreaterThan(0.5);
        assertThat(PairedTest.p(before, better)).isEqualTo(PairedTest.p(before, better));
    }
}
