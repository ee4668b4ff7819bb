package io.arketic.benchmarks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.arketic.benchmarks.servers.StubModel;
import io.arketic.embeddings.EmbeddingModel;
import io.arketic.embeddings.EmbeddingModels;
import io.arketic.embeddings.EmbeddingSettings;
import io.arketic.schema.tenancy.TenantDatabase;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures what chats cost beside the language model: time to the first token, live streams, many answers at once. */
@Command(
        name = "chat",
        mixinStandardHelpOptions = true,
        description = "A model that answers at once, and the API as its own process with 1 GiB of heap over services of"
                + " its own: p50 of the time to the first token less that of embedding the question is at most"
                + " 60 ms, 1,000 idle streams are all told of a message, and none of 100 answers at once fails.")
final class ChatBenchmark implements Callable<Integer> {

    private static final double BOUND = 60;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @Mixin
    private final Checkout checkout = new Checkout();

    @Option(names = "--questions", defaultValue = "200", description = "measured; ${DEFAULT-VALUE}")
    private int questions;

    @Option(names = "--warm-up", defaultValue = "100", description = "questions before; ${DEFAULT-VALUE}")
    private int warmUp;

    @Option(names = "--streams", defaultValue = "1000", description = "open and idle; ${DEFAULT-VALUE}")
    private int streams;

    @Option(names = "--parallel", defaultValue = "100", description = "answers at once; ${DEFAULT-VALUE}")
    private int parallel;

    @Option(names = "--chunks", defaultValue = "400", description = "in the knowledge base; ${DEFAULT-VALUE}")
    private int chunks;

    @Option(names = "--heap", defaultValue = "1g", description = "of the API; ${DEFAULT-VALUE}")
    private String heap = "";

    private final Sample first = new Sample();
    private final Sample embedding = new Sample();

    @Override
    public Integer call() throws Exception {
        Texts texts = Texts.likeTheSamples(checkout.root(), System.nanoTime());
        EmbeddingSettings settings = new EmbeddingSettings("bge-small-en-v1.5", 1, checkout.modelDirectory(), null);
        try (StubModel stub = new StubModel();
                EmbeddingModels models = new EmbeddingModels(settings);
                OwnApi api = OwnApi.start(
                        checkout.root(),
                        heap,
                        Map.of(
                                "arketic.chat.base-url", stub.address(),
                                "arketic.chat.default-model", "stub",
                                "arketic.embedding.model-directory", checkout.modelDirectory()))) {
            EmbeddingModel model = models.defaultModel();
            Conversation chat = prepare(api, model, texts);
            for (int i = 0; i < warmUp + questions; i++) {
                ask(chat, model, question(texts), i >= warmUp);
            }
            Verdict.say("%d questions asked one after the other", first.size());
            int failed = askAtOnce(chat, texts);
            Verdict.say("%d of %d answers at once failed", failed, parallel);
            long threadsBefore = api.threads();
            long heapBefore = api.liveHeap();
            LiveStreams live = LiveStreams.open(
                    URI.create(api.address() + "/api/v1" + chat.path("/events")),
                    chat.client().token(),
                    streams,
                    PATIENCE);
            long threads = api.threads();
            long liveHeap = api.liveHeap();
            chat.client()
                    .post(
                            chat.path("/messages"),
                            chat.client()
                                    .object()
                                    .put("content", "Everybody hears this.")
                                    .put("ask", false));
            int told = live.told(streams, PATIENCE);
            double beyond = first.median() - embedding.median();
            return Verdict.of(
                    beyond <= BOUND && told == streams && live.lost() == 0 && failed == 0,
                    "chat: first token p50 %.1f ms p95 %.1f ms, beyond the embedding (p50 %.1f ms) p50 %.1f ms (at most"
                            + " %.0f), %d questions; %d of %d idle streams told in a heap of %s, %d MiB of it live (%d"
                            + " without them), %d threads (%d); %d of %d answers at once failed",
                    first.median(),
                    first.quantile(0.95),
                    embedding.median(),
                    beyond,
                    BOUND,
                    questions,
                    told,
                    streams,
                    heap,
                    liveHeap,
                    heapBefore,
                    threads,
                    threadsBefore,
                    failed,
                    parallel);
        }
    }

    private Conversation prepare(OwnApi api, EmbeddingModel model, Texts texts) throws Exception {
        ApiClient client = new ApiClient(api.address());
        String name = "bench-" + UUID.randomUUID().toString().substring(0, 8);
        client.register(name + "@bench.invalid", UUID.randomUUID().toString());
        String organization = client.post(
                        "/organizations", client.object().put("name", name).put("slug", name))
                .get("id")
                .asText();
        // The monthly limit must not stop the measurement.
        api.execute("update organizations set max_ai_requests_per_month = 1000000 where id = '" + organization + "'");
        ObjectNode base = client.post(
                "/organizations/" + organization + "/knowledge-bases",
                client.object().put("name", "chat").put("similarity_threshold", 0));
        try (TenantDatabase database = TenantDatabase.open(api.ingest())) {
            for (int file = 0; file * 20 < chunks; file++) {
                List<String> passages =
                        Stream.generate(() -> texts.text(900)).limit(20).toList();
                IndexedDocument.put(
                        database, model, name + "/" + base.get("id").asText() + "/file-" + file + ".txt", passages);
            }
        }
        Verdict.say("indexed %d chunks", chunks);
        ObjectNode chat = client.post(
                "/organizations/" + organization + "/chats",
                client.object().put("title", "Bench").put("chat_type", "group"));
        return new Conversation(client, chat.get("id").asText());
    }

    /** Measures both on the same machine at the same time, so that both see the same load. */
    private void ask(Conversation chat, EmbeddingModel model, String question, boolean counts) throws Exception {
        double answered = chat.ask(question);
        long start = System.nanoTime();
        model.embedQuery(question);
        if (counts) {
            first.add(answered);
            embedding.add((System.nanoTime() - start) / 1e6);
        }
    }

    private int askAtOnce(Conversation chat, Texts texts) throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(parallel);
        try {
            CountDownLatch go = new CountDownLatch(1);
            List<Future<Double>> asked = new ArrayList<>();
            for (int i = 0; i < parallel; i++) {
                String question = question(texts);
                asked.add(callers.submit(() -> {
                    go.await();
                    return chat.ask(question);
                }));
            }
            go.countDown();
            int failed = 0;
            for (Future<Double> answer : asked) {
                try {
                    answer.get();
                } catch (ExecutionException failure) {
                    failed++;
                    Verdict.say("%s", String.valueOf(failure.getMessage()));
                }
            }
            return failed;
        } finally {
            callers.shutdownNow();
        }
    }

    /** Returns a question that is understandable alone, so that no conversation has to be condensed. */
    private static String question(Texts texts) {
        String[] words = texts.text(60).replaceAll("[^A-Za-z ]", " ").strip().split("\\s+");
        return "What does the handbook say about the "
                + String.join(" ", List.of(words).subList(0, Math.min(6, words.length))) + "?";
    }
}
