package io.arketic.cli.evaluate;

import io.arketic.services.judged.Measures;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Names the measures of a run. */
enum Measure {
    NDCG_10("ndcg@10", Measures::ndcg10),
    RECALL_10("recall@10", Measures::recall10),
    RECALL_100("recall@100", Measures::recall100),
    MRR("mrr", Measures::mrr);

    private final String label;
    private final ToDoubleFunction<Measures> value;

    Measure(String label, ToDoubleFunction<Measures> value) {
        this.label = label;
        this.value = value;
    }

    String label() {
        return label;
    }

    double of(Measures measures) {
        return value.applyAsDouble(measures);
    }

    static Optional<Measure> labelled(String label) {
        return Arrays.stream(values())
                .filter(measure -> measure.label.equalsIgnoreCase(label))
                .findFirst();
    }
}
