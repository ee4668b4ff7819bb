package io.arketic.rag.bulkhead;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** Places in this process, by kind of work; those of answers are {@code arketic.chat.parallel-answers}. */
@ConfigurationProperties("arketic.bulkhead")
record BulkheadProperties(
        @DefaultValue("12") int wholeAnswers,
        @DefaultValue("20") int searches,
        @DefaultValue("16") int embeddings,
        @DefaultValue("2") int comparisons,
        @DefaultValue("12") int uploads,
        @DefaultValue("12") int downloads) {

    BulkheadProperties {
        if (wholeAnswers < 1 || searches < 1 || embeddings < 1 || comparisons < 1 || uploads < 1 || downloads < 1) {
            throw new IllegalArgumentException("arketic.bulkhead: there is at least one place of each kind");
        }
    }

    int places(Kind kind, int answers) {
        return switch (kind) {
            case ANSWERS -> answers;
            case WHOLE_ANSWERS -> wholeAnswers;
            case SEARCHES -> searches;
            case EMBEDDINGS -> embeddings;
            case COMPARISONS -> comparisons;
            case UPLOADS -> uploads;
            case DOWNLOADS -> downloads;
        };
    }
}
