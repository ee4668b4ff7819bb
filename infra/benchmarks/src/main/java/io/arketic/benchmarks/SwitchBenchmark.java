package io.arketic.benchmarks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.arketic.embeddings.EmbeddingException;
import io.arketic.embeddings.EmbeddingModel;
import io.arketic.embeddings.EmbeddingModels;
import io.arketic.embeddings.EmbeddingSettings;
import io.arketic.schema.generation.EmbeddedChunk;
import io.arketic.schema.generation.GenerationFill;
import io.arketic.schema.generation.MissingDocument;
import io.arketic.schema.tenancy.TenantDatabase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures whether the first search after a switch waits for work that later searches find done. */
@Command(
        name = "switch",
        mixinStandardHelpOptions = true,
        description = "The first search after a generation was activated ÷ the median of those that follow, over HTTP:"
                + " with the same model and with another one, which this API process has not used before: at most 3. The"
                + " API is its own process over services of its own.")
final class SwitchBenchmark implements Callable<Integer> {

    private static final double BOUND = 3;
    private static final int PASSAGES = 20;
    private static final String MODEL = "bge-small-en-v1.5";
    private static final String OTHER_MODEL = "all-MiniLM-L6-v2";

    @Mixin
    private final Checkout checkout = new Checkout();

    @Option(names = "--chunks", defaultValue = "240", description = "in the knowledge base; ${DEFAULT-VALUE}")
    private int chunks;

    @Option(names = "--warm-up", defaultValue = "500", description = "questions before; ${DEFAULT-VALUE}")
    private int warmUp;

    @Option(names = "--questions", defaultValue = "50", description = "after each switch; ${DEFAULT-VALUE}")
    private int questions;

    @Option(names = "--switches", defaultValue = "5", description = "to the same model; ${DEFAULT-VALUE}")
    private int switches;

    private final Map<String, List<String>> files = new HashMap<>();
    private final Map<String, List<EmbeddedChunk>> embedded = new HashMap<>();
    private final Sample first = new Sample();
    private final Sample later = new Sample();

    @Override
    public Integer call() throws Exception {
        Texts texts = Texts.likeTheSamples(checkout.root(), System.nanoTime());
        EmbeddingSettings settings = new EmbeddingSettings(MODEL, 1, checkout.modelDirectory(), null);
        try (EmbeddingModels models = new EmbeddingModels(settings);
                OwnApi api = OwnApi.start(
                        checkout.root(),
                        "1g",
                        Map.of(
                                "arketic.limit.search",
                                "0",
                                "arketic.embedding.model-directory",
                                checkout.modelDirectory()));
                TenantDatabase database = TenantDatabase.open(api.ingest())) {
            Workspace workspace = prepare(api, database, models.get(MODEL), texts);
            for (int i = 0; i < warmUp; i++) {
                milliseconds(workspace, texts);
            }
            for (int i = 0; i < switches; i++) {
                first.add(switched(workspace, database, models.get(MODEL), texts, later));
            }
            Sample laterOfOther = new Sample();
            double firstOfOther = switched(workspace, database, models.get(OTHER_MODEL), texts, laterOfOther);
            double ratio = first.median() / later.median();
            double ratioOfOther = firstOfOther / laterOfOther.median();
            return Verdict.of(
                    Math.max(ratio, ratioOfOther) <= BOUND,
                    "switch: same model, first p50 %.1f ms of %d ÷ later p50 %.1f ms = %.2f; another model, first %.1f ms"
                            + " ÷ later p50 %.1f ms = %.2f (each at most %.0f); %d chunks",
                    first.median(),
                    switches,
                    later.median(),
                    ratio,
                    firstOfOther,
                    laterOfOther.median(),
                    ratioOfOther,
                    BOUND,
                    files.size() * PASSAGES);
        }
    }

    private Workspace prepare(OwnApi api, TenantDatabase database, EmbeddingModel model, Texts texts) throws Exception {
        ApiClient client = new ApiClient(api.address());
        String name = "bench-" + UUID.randomUUID().toString().substring(0, 8);
        client.register(name + "@bench.invalid", UUID.randomUUID().toString());
        UUID organization = UUID.fromString(
                client.post("/organizations", client.object().put("name", name).put("slug", name))
                        .get("id")
                        .asText());
        ObjectNode base = client.post(
                "/organizations/" + organization + "/knowledge-bases",
                client.object().put("name", "switch").put("embedding_model", MODEL));
        Workspace workspace = new Workspace(
                client, organization, name, UUID.fromString(base.get("id").asText()));
        for (int file = 0; file * PASSAGES < chunks; file++) {
            List<String> passages =
                    Stream.generate(() -> texts.text(900)).limit(PASSAGES).toList();
            files.put(workspace.key("file-" + file + ".txt"), passages);
        }
        for (Map.Entry<String, List<String>> file : files.entrySet()) {
            IndexedDocument.put(database, model, file.getKey(), file.getValue());
        }
        Verdict.say("indexed %d chunks", files.size() * PASSAGES);
        return workspace;
    }

    /** @return milliseconds of the first search after the switch; those that follow go to {@code later} */
    private double switched(
            Workspace workspace, TenantDatabase database, EmbeddingModel model, Texts texts, Sample later)
            throws Exception {
        ApiClient client = workspace.client();
        int generation = client.post(
                        workspace.path("/reindex"),
                        client.object().put("embedding_model", model.spec().id()))
                .get("generation")
                .asInt();
        GenerationFill fill = new GenerationFill(database);
        for (List<MissingDocument> missing = missing(fill, generation);
                !missing.isEmpty();
                missing = missing(fill, generation)) {
            for (MissingDocument document : missing) {
                fill.write(document, chunks(model, document.filePath()));
            }
        }
        while (fill.tidy()) {
            // what the reindex job does between documents
        }
        long start = System.nanoTime();
        client.post(workspace.path("/reindex/" + generation + "/activate"), client.object());
        double took = (System.nanoTime() - start) / 1e6;
        double first = milliseconds(workspace, texts);
        for (int i = 0; i < questions; i++) {
            later.add(milliseconds(workspace, texts));
        }
        Verdict.say(
                "generation %d of %s: activated in %.1f ms, first search %.1f ms",
                generation, model.spec().id(), took, first);
        return first;
    }

    /** Embeds the chunks once by each model. */
    private List<EmbeddedChunk> chunks(EmbeddingModel model, String file) throws EmbeddingException {
        String key = model.spec().id() + " " + file;
        List<EmbeddedChunk> known = embedded.get(key);
        if (known == null) {
            known = IndexedDocument.chunks(model, files.getOrDefault(file, List.of()));
            embedded.put(key, known);
        }
        return known;
    }

    private static List<MissingDocument> missing(GenerationFill fill, int generation) throws Exception {
        return fill.missing(100).stream()
                .filter(document -> document.target().generation() == generation)
                .toList();
    }

    private static double milliseconds(Workspace workspace, Texts texts) throws Exception {
        String[] words = texts.text(60).split("\\s+");
        String question = String.join(" ", List.of(words).subList(0, Math.min(9, words.length))) + "?";
        long start = System.nanoTime();
        if (workspace.search(question, "hybrid", 10).isEmpty()) {
            throw new IllegalStateException("nothing was found for: " + question);
        }
        return (System.nanoTime() - start) / 1e6;
    }
}
