package io.arketic.benchmarks;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.arketic.benchmarks.Flood.Call;
import io.arketic.benchmarks.servers.HeldServer;
import io.arketic.embeddings.EmbeddingModel;
import io.arketic.embeddings.EmbeddingModels;
import io.arketic.embeddings.EmbeddingSettings;
import io.arketic.schema.tenancy.TenantDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures the effect on one tenant while a member of another one sends expensive requests over many connections. */
@Command(
        name = "bystander",
        mixinStandardHelpOptions = true,
        description =
                "p95 of a login, of health and of a search while a member of another organization floods the API with"
                        + " one kind of expensive call ÷ p95 without it, in turns: at most 2 for each kind. The API is its own"
                        + " process over services of its own; its language model and its store never answer.")
final class BystanderBenchmark implements Callable<Integer> {

    private static final double BOUND = 2;
    private static final int PASSAGES = 20;

    @Mixin
    private final Checkout checkout = new Checkout();

    @Option(names = "--connections", defaultValue = "72", description = "of the attacker; ${DEFAULT-VALUE}")
    private int connections;

    @Option(names = "--rounds", defaultValue = "4", description = "with and without each attack; ${DEFAULT-VALUE}")
    private int rounds;

    @Option(names = "--requests", defaultValue = "50", description = "of each kind in a round; ${DEFAULT-VALUE}")
    private int requests;

    @Option(names = "--only", description = "the name of one attack")
    private String only = "";

    /** Records the time of each kind of request of the bystander. */
    private static final class Felt {

        private final Sample login = new Sample();
        private final Sample health = new Sample();
        private final Sample search = new Sample();

        private double worst(Felt idle) {
            return Math.max(ratio(login, idle.login), Math.max(ratio(health, idle.health), ratio(search, idle.search)));
        }

        private static double ratio(Sample one, Sample idle) {
            return one.quantile(0.95) / idle.quantile(0.95);
        }
    }

    @Override
    public Integer call() throws Exception {
        Texts texts = Texts.likeTheSamples(checkout.root(), System.nanoTime());
        EmbeddingSettings settings = new EmbeddingSettings("bge-small-en-v1.5", 1, checkout.modelDirectory(), null);
        try (HeldServer held = new HeldServer();
                EmbeddingModels models = new EmbeddingModels(settings);
                OwnApi api = OwnApi.start(
                        checkout.root(),
                        "512m",
                        Map.of(
                                "arketic.chat.base-url",
                                held.address() + "/v1",
                                "arketic.chat.default-model",
                                "held",
                                "arketic.store.endpoint",
                                held.address(),
                                "arketic.embedding.model-directory",
                                checkout.modelDirectory()))) {
            Workspace bystander = workspace(api, models.defaultModel(), texts);
            Workspace attacker = workspace(api, models.defaultModel(), texts);
            measure(api, bystander, texts, new Felt());
            double worst = 0;
            StringBuilder figures = new StringBuilder();
            for (Map.Entry<String, Call> attack : attacks(api, attacker, texts).entrySet()) {
                if (only.isEmpty() || only.equals(attack.getKey())) {
                    double ratio = endure(api, bystander, attacker, texts, attack.getKey(), attack.getValue());
                    figures.append(figures.isEmpty() ? "" : ", ")
                            .append(attack.getKey())
                            .append(String.format(Locale.ROOT, " %.2f", ratio));
                    worst = Math.max(worst, ratio);
                }
            }
            return Verdict.of(
                    worst <= BOUND,
                    "bystander: worst p95 ÷ idle p95 of login, health and search during each attack over %d connections:"
                            + " %s (each at most %.0f)",
                    connections,
                    figures,
                    BOUND);
        }
    }

    private double endure(OwnApi api, Workspace bystander, Workspace attacker, Texts texts, String name, Call call)
            throws Exception {
        Felt idle = new Felt();
        Felt attacked = new Felt();
        int answered = 0;
        int refused = 0;
        for (int round = 0; round < rounds; round++) {
            measure(api, bystander, texts, idle);
            Flood flood = Flood.begin(call, attacker.client().token(), connections);
            try (flood) {
                measure(api, bystander, texts, attacked);
            }
            answered += flood.answered();
            refused += flood.refused();
        }
        Verdict.say(
                "%s: p95 idle → attacked, ms: login %.1f → %.1f, health %.1f → %.1f, search %.1f → %.1f; of the attack %d"
                        + " answered, %d refused",
                name,
                idle.login.quantile(0.95),
                attacked.login.quantile(0.95),
                idle.health.quantile(0.95),
                attacked.health.quantile(0.95),
                idle.search.quantile(0.95),
                attacked.search.quantile(0.95),
                answered,
                refused);
        return attacked.worst(idle);
    }

    private void measure(OwnApi api, Workspace bystander, Texts texts, Felt felt) throws Exception {
        for (int i = 0; i < requests; i++) {
            felt.search.add(milliseconds(() -> bystander.search(question(texts), "hybrid", 10)));
            felt.health.add(milliseconds(() -> health(api)));
            felt.login.add(milliseconds(() -> {
                bystander.client().logIn();
                return true;
            }));
        }
    }

    private static double milliseconds(Callable<?> request) throws Exception {
        long start = System.nanoTime();
        request.call();
        return (System.nanoTime() - start) / 1e6;
    }

    private static boolean health(OwnApi api) throws IOException {
        try (InputStream answer =
                api.management().resolve("/actuator/health/liveness").toURL().openStream()) {
            return answer.readAllBytes().length > 0;
        }
    }

    private static String question(Texts texts) {
        String[] words = texts.text(60).split("\\s+");
        return String.join(" ", List.of(words).subList(0, Math.min(9, words.length))) + "?";
    }

    private static Map<String, Call> attacks(OwnApi api, Workspace attacker, Texts texts) throws Exception {
        ApiClient client = attacker.client();
        ObjectNode embeddings = client.object().put("model", "bge-small-en-v1.5");
        ArrayNode input = embeddings.putArray("input");
        for (int i = 0; i < 128; i++) {
            input.add(texts.text(1500));
        }
        String longest = texts.text(4000).substring(0, 4000);
        String held = chat(attacker, "held");
        String extractive = chat(attacker, "extractive");
        Map<String, Call> attacks = new LinkedHashMap<>();
        attacks.put("embeddings", json(api, "/v1/embeddings", embeddings));
        attacks.put("whole answers", json(api, held, client.object().put("content", question(texts))));
        attacks.put("extractive answers", json(api, extractive, client.object().put("content", question(texts))));
        attacks.put(
                "searches",
                json(api, "/api/v1" + attacker.path("/search"), client.object().put("query", longest)));
        attacks.put(
                "uploads",
                new Call(
                        api.address().resolve("/api/v1" + attacker.path("/documents")),
                        "multipart/form-data; boundary=boundary",
                        ("--boundary\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.txt\"\r\n"
                                        + "Content-Type: text/plain\r\n\r\n" + longest + "\r\n--boundary--\r\n")
                                .getBytes(StandardCharsets.UTF_8)));
        return attacks;
    }

    private static Call json(OwnApi api, String path, ObjectNode body) {
        URI address = api.address().resolve(path);
        return new Call(address, "application/json", body.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String chat(Workspace workspace, String model) throws Exception {
        ApiClient client = workspace.client();
        String id = client.post(
                        "/organizations/" + workspace.organization() + "/chats",
                        client.object().put("title", model).put("ai_model", model))
                .get("id")
                .asText();
        return "/api/v1/chats/" + id + "/messages";
    }

    private static Workspace workspace(OwnApi api, EmbeddingModel model, Texts texts) throws Exception {
        ApiClient client = new ApiClient(api.address());
        String name = "bench-" + UUID.randomUUID().toString().substring(0, 8);
        client.register(name + "@bench.invalid", UUID.randomUUID().toString());
        UUID organization = UUID.fromString(
                client.post("/organizations", client.object().put("name", name).put("slug", name))
                        .get("id")
                        .asText());
        // The monthly limit must not stop the attack.
        api.execute("update organizations set max_ai_requests_per_month = 1000000 where id = '" + organization + "'");
        ObjectNode base = client.post(
                "/organizations/" + organization + "/knowledge-bases",
                client.object().put("name", "bystander").put("similarity_threshold", 0));
        Workspace workspace = new Workspace(
                client, organization, name, UUID.fromString(base.get("id").asText()));
        try (TenantDatabase database = TenantDatabase.open(api.ingest())) {
            for (int file = 0; file < 5; file++) {
                List<String> passages =
                        Stream.generate(() -> texts.text(900)).limit(PASSAGES).toList();
                IndexedDocument.put(database, model, workspace.key("file-" + file + ".txt"), passages);
            }
        }
        return workspace;
    }
}
