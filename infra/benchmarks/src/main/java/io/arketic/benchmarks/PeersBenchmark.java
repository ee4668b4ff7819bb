package io.arketic.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import io.arketic.embeddings.EmbeddingModels;
import io.arketic.embeddings.EmbeddingSettings;
import io.arketic.services.judged.JudgedCollection;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares Arketic with Spring AI and LangChain4j, on the same files, model and database server. */
@Command(
        name = "peers",
        mixinStandardHelpOptions = true,
        description =
                "Spring AI (TikaDocumentReader, TokenTextSplitter, PgVectorStore) and LangChain4j (Tika, recursive splitter,"
                        + " PgVectorEmbeddingStore) beside Arketic: characters/s of ingest ÷ theirs, nDCG@10 on a judged"
                        + " collection, search times. Needs the stack up.")
final class PeersBenchmark implements Callable<Integer> {

    private static final String MODEL = "bge-small-en-v1.5";
    private static final String POOLING = "CLS";
    private static final String SPRING_AI = "spring-ai";
    private static final String LANGCHAIN4J = "langchain4j";
    private static final int HITS = 20;
    private static final Pattern LINE_ENDS = Pattern.compile("[\\s\\p{Cntrl}]+");

    @Mixin
    private final Stack stack = new Stack();

    @Parameters(description = "directory with corpus.jsonl, queries.jsonl and qrels/test.tsv")
    private Path directory = Path.of(".");

    @Option(names = "--files", description = "directory of files whose ingest is measured; the collection's texts")
    private @Nullable Path files;

    @Option(names = "--questions", description = "ask only so many")
    private int questions = Integer.MAX_VALUE;

    @Option(
            names = "--rounds",
            defaultValue = "1",
            description =
                    "ingest the --files so often with each, in turn; the median of the ratios counts; ${DEFAULT-VALUE}")
    private int rounds;

    @Option(names = "--spring-ai", defaultValue = "1.8", description = "ratio of ingest; ${DEFAULT-VALUE}")
    private double springAi;

    @Option(names = "--langchain4j", defaultValue = "2.5", description = "ratio of ingest; ${DEFAULT-VALUE}")
    private double langChain4j;

    @Option(names = "--patience", defaultValue = "PT2H", description = "for each ingest; ${DEFAULT-VALUE}")
    private Duration patience = Duration.ZERO;

    @Override
    public Integer call() throws Exception {
        JudgedCollection collection = JudgedCollection.read(directory);
        Path scratch = Files.createTempDirectory("peers");
        try {
            return compare(collection, scratch);
        } finally {
            remove(scratch);
        }
    }

    private int compare(JudgedCollection collection, Path scratch) throws Exception {
        Path model = Files.createDirectory(scratch.resolve("model"));
        unpack("/" + MODEL + "-q.onnx", model.resolve("model.onnx"));
        unpack("/" + MODEL + "-q-tokenizer.json", model.resolve("tokenizer.json"));
        Map<String, String> documents = new LinkedHashMap<>();
        Path corpus = Files.createDirectory(scratch.resolve("corpus"));
        for (Map.Entry<String, String> document : collection.documents().entrySet()) {
            if (!document.getValue().isEmpty()) {
                String name = documents.size() + ".txt";
                documents.put(name, document.getKey());
                Files.writeString(corpus.resolve(name), document.getValue());
            }
        }
        Map<String, String> asked = collection.questions().entrySet().stream()
                .limit(questions)
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        question -> LINE_ENDS.matcher(question.getValue()).replaceAll(" "),
                        (first, second) -> first,
                        LinkedHashMap::new));
        Map<String, PeerRun> found = runs(scratch, model, corpus, asked);
        List<Map<String, PeerRun>> ingested = new ArrayList<>();
        for (int round = 0; files != null && round < rounds; round++) {
            ingested.add(runs(scratch, model, files, Map.of()));
        }
        if (files == null) {
            ingested.add(found);
        }
        Map<String, Double> ndcg = new LinkedHashMap<>();
        found.forEach((product, run) -> ndcg.put(product, ndcg(collection, run, documents)));
        found.forEach((product, run) -> Verdict.say(
                "%s: nDCG@10 %.4f over %d questions, search p50 %.1f ms, p95 %.1f ms",
                product,
                ndcg.getOrDefault(product, 0.0),
                run.rankings().size(),
                run.warm().median(),
                run.warm().quantile(0.95)));
        return verdict(ingested, found, ndcg);
    }

    private int verdict(List<Map<String, PeerRun>> ingested, Map<String, PeerRun> found, Map<String, Double> ndcg) {
        double spring = ratio(ingested, SPRING_AI);
        double langChain = ratio(ingested, LANGCHAIN4J);
        double ours = ndcg.getOrDefault("arketic", 0.0);
        return Verdict.of(
                spring >= springAi
                        && langChain >= langChain4j
                        && ndcg.values().stream().allMatch(theirs -> ours >= theirs),
                "peers: characters/s of ingest ÷ Spring AI %.2f (at least %.1f), ÷ LangChain4j %.2f (at least %.1f), %d files;"
                        + " nDCG@10 on %s %.3f, Spring AI %.3f, LangChain4j %.3f; search p50/p95 over HTTP ÷ Spring AI in its process"
                        + " %.2f/%.2f, ÷ LangChain4j in its process %.2f/%.2f",
                spring,
                springAi,
                langChain,
                langChain4j,
                Objects.requireNonNull(ingested.get(0).get("arketic")).files(),
                directory.toAbsolutePath().normalize().getFileName(),
                ours,
                ndcg.getOrDefault(SPRING_AI, 0.0),
                ndcg.getOrDefault(LANGCHAIN4J, 0.0),
                slower(found, SPRING_AI, 0.5),
                slower(found, SPRING_AI, 0.95),
                slower(found, LANGCHAIN4J, 0.5),
                slower(found, LANGCHAIN4J, 0.95));
    }

    private static double ratio(List<Map<String, PeerRun>> rounds, String product) {
        Sample ratios = new Sample();
        for (Map<String, PeerRun> runs : rounds) {
            ratios.add(Objects.requireNonNull(runs.get("arketic")).charactersPerSecond()
                    / Objects.requireNonNull(runs.get(product)).charactersPerSecond());
        }
        return ratios.median();
    }

    private static double slower(Map<String, PeerRun> runs, String product, double quantile) {
        return Objects.requireNonNull(runs.get("arketic")).warm().quantile(quantile)
                / Objects.requireNonNull(runs.get(product)).warm().quantile(quantile);
    }

    private static double ndcg(JudgedCollection collection, PeerRun run, Map<String, String> documents) {
        return run.rankings().entrySet().stream()
                .mapToDouble(answer -> {
                    List<String> ranking = answer.getValue().stream()
                            .map(documents::get)
                            .filter(Objects::nonNull)
                            .distinct()
                            .toList();
                    return collection.measure(answer.getKey(), ranking).ndcg10();
                })
                .average()
                .orElseThrow();
    }

    /** Runs all products, one after the other. */
    private Map<String, PeerRun> runs(Path scratch, Path model, Path texts, Map<String, String> asked)
            throws Exception {
        Map<String, PeerRun> runs = new LinkedHashMap<>();
        for (String product : List.of("arketic", SPRING_AI, LANGCHAIN4J)) {
            PeerRun run =
                    product.equals("arketic") ? ours(texts, asked) : theirs(product, scratch, model, texts, asked);
            Verdict.say(
                    "%s: %d files, %d of them not read, %,d characters in %.1f s: %,.0f characters/s",
                    product, run.files(), run.failed(), run.characters(), run.seconds(), run.charactersPerSecond());
            runs.put(product, run);
        }
        return runs;
    }

    private PeerRun theirs(String product, Path scratch, Path model, Path texts, Map<String, String> asked)
            throws Exception {
        Path file = scratch.resolve("questions.tsv");
        Files.write(
                file,
                asked.entrySet().stream()
                        .map(question -> question.getKey() + "\t" + queryPrefix() + question.getValue())
                        .toList());
        return PeerRun.of(
                product,
                stack.owner(),
                stack.checkout().root().resolve("infra/benchmarks/peers/target/lib"),
                model,
                POOLING,
                texts,
                file,
                HITS);
    }

    /** Returns what the model wants before questions; neither product adds it by itself. */
    private String queryPrefix() {
        try (EmbeddingModels models = new EmbeddingModels(
                new EmbeddingSettings(MODEL, 1, stack.checkout().modelDirectory(), null))) {
            return models.defaultModel().spec().queryPrefix();
        }
    }

    private PeerRun ours(Path texts, Map<String, String> asked) throws Exception {
        Workspace workspace = stack.workspace("peers", 1000, 200);
        List<Path> dropped;
        try (Stream<Path> all = Files.walk(texts)) {
            dropped = all.filter(Files::isRegularFile).sorted().toList();
        }
        Stack.Bucket bucket = stack.bucket();
        long start = System.nanoTime();
        for (Path file : dropped) {
            bucket.put(workspace.key(texts.relativize(file).toString()), file);
        }
        int failed = workspace.awaitEndOfAll(dropped.size(), patience);
        double seconds = (System.nanoTime() - start) / 1e9;
        long characters = 0;
        for (String text : workspace.texts()) {
            characters += text.codePoints()
                    .filter(character -> !Character.isWhitespace(character))
                    .count();
        }
        Map<String, List<String>> rankings = new LinkedHashMap<>();
        List<Double> milliseconds = new ArrayList<>();
        for (Map.Entry<String, String> question : asked.entrySet()) {
            long asking = System.nanoTime();
            JsonNode hits = workspace.search(question.getValue(), "hybrid", HITS);
            milliseconds.add((System.nanoTime() - asking) / 1e6);
            rankings.put(question.getKey(), names(hits));
        }
        return new PeerRun(dropped.size(), failed, characters, seconds, rankings, milliseconds);
    }

    private static List<String> names(JsonNode hits) {
        List<String> names = new ArrayList<>();
        for (JsonNode hit : hits) {
            names.add(hit.get("filename").asText());
            hit.path("copies").forEach(copy -> names.add(copy.get("filename").asText()));
        }
        return names;
    }

    private static void unpack(String resource, Path file) throws IOException {
        try (InputStream packed = Objects.requireNonNull(PeersBenchmark.class.getResourceAsStream(resource))) {
            Files.copy(packed, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void remove(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
