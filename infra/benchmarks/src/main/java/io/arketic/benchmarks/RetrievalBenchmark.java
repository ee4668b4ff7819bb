package io.arketic.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import io.arketic.services.judged.JudgedCollection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures whether searches find what people judged relevant. */
@Command(
        name = "retrieval",
        mixinStandardHelpOptions = true,
        description =
                "nDCG@10 of text, vector and hybrid search on a judged collection, each document dropped as one text"
                        + " file: hybrid at least as good as the better of the two, less 0.01, or --at-least. Needs the stack up.")
final class RetrievalBenchmark implements Callable<Integer> {

    private static final List<String> MODES = List.of("text", "vector", "hybrid");

    @Mixin
    private final Stack stack = new Stack();

    @Parameters(description = "directory with corpus.jsonl, queries.jsonl and qrels/test.tsv")
    private Path directory = Path.of(".");

    @Option(names = "--at-least", description = "nDCG@10 of hybrid search that is wanted")
    private @Nullable Double atLeast;

    @Option(names = "--questions", description = "take only so many")
    private int questions = Integer.MAX_VALUE;

    @Option(names = "--patience", defaultValue = "PT2H", description = "for ingesting; ${DEFAULT-VALUE}")
    private Duration patience = Duration.ZERO;

    @Override
    public Integer call() throws Exception {
        JudgedCollection collection = JudgedCollection.read(directory);
        Workspace workspace = stack.workspace("retrieval", 2000, 200);
        Map<String, String> documents = stack.drop(workspace, collection, patience);
        Map<String, Double> ndcg = new LinkedHashMap<>();
        for (String mode : MODES) {
            double sum = 0;
            List<Map.Entry<String, String>> asked =
                    collection.questions().entrySet().stream().limit(questions).toList();
            for (Map.Entry<String, String> question : asked) {
                List<String> ranking = ranking(workspace.search(question.getValue(), mode, 50), documents);
                sum += collection.measure(question.getKey(), ranking).ndcg10();
            }
            ndcg.put(mode, sum / asked.size());
            Verdict.say("%s: nDCG@10 %.4f over %d questions", mode, ndcg.get(mode), asked.size());
        }
        double text = ndcg.getOrDefault("text", 0.0);
        double vector = ndcg.getOrDefault("vector", 0.0);
        double hybrid = ndcg.getOrDefault("hybrid", 0.0);
        double wanted = atLeast != null ? atLeast : Math.max(text, vector) - 0.01;
        return Verdict.of(
                hybrid >= wanted,
                "retrieval: %s nDCG@10 text %.3f, vector %.3f, hybrid %.3f (at least %.3f), %d documents",
                directory.getFileName(),
                text,
                vector,
                hybrid,
                wanted,
                documents.size());
    }

    /** Documents in the order of their best chunks; a hit stands for the documents of its copies, too. */
    private static List<String> ranking(JsonNode hits, Map<String, String> documents) {
        Set<String> ranking = new LinkedHashSet<>();
        for (JsonNode hit : hits) {
            add(hit, documents, ranking);
            hit.path("copies").forEach(copy -> add(copy, documents, ranking));
        }
        return new ArrayList<>(ranking);
    }

    private static void add(JsonNode hit, Map<String, String> documents, Set<String> ranking) {
        String id = documents.get(hit.get("filename").asText());
        if (id != null) {
            ranking.add(id);
        }
    }
}
