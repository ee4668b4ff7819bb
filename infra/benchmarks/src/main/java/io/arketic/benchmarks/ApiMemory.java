package io.arketic.benchmarks;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.arketic.services.ApiOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Measures an API process, with a heap that is resident from the start, under everything that takes memory beside it:
 * embedding texts of all lengths, searches, answers, logins, and files into and out of the store, over many
 * connections.
 */
final class ApiMemory {

    private static final int CONNECTIONS = 32;

    private final Texts texts;
    private final Random random = new Random(7);

    ApiMemory(Texts texts) {
        this.texts = texts;
    }

    /** Returns the resident MiB after each round. */
    List<Long> rounds(Path root, String modelDirectory, int rounds, int seconds) throws Exception {
        List<String> options = new ArrayList<>(ApiOptions.VIRTUAL_MACHINE);
        options.addAll(List.of("-Xms512m", "-XX:+AlwaysPreTouch"));
        List<Long> resident = new ArrayList<>();
        ExecutorService callers = Executors.newFixedThreadPool(CONNECTIONS);
        try (OwnApi api = OwnApi.start(
                root,
                options,
                Map.of("arketic.limit.search", "0", "arketic.embedding.model-directory", modelDirectory))) {
            ApiClient client = new ApiClient(api.address());
            String name = "bench-" + UUID.randomUUID().toString().substring(0, 8);
            client.register(name + "@bench.invalid", UUID.randomUUID().toString());
            String organization = client.post(
                            "/organizations", client.object().put("name", name).put("slug", name))
                    .get("id")
                    .asText();
            api.execute(
                    "update organizations set max_ai_requests_per_month = 1000000, max_storage_gb = 100 where id = '"
                            + organization + "'");
            String base = client.post(
                            "/organizations/" + organization + "/knowledge-bases",
                            client.object().put("name", "memory"))
                    .get("id")
                    .asText();
            String chat = client.post(
                            "/organizations/" + organization + "/chats",
                            client.object().put("title", "memory").put("ai_model", "extractive"))
                    .get("id")
                    .asText();
            for (int round = 0; round < rounds; round++) {
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
                List<Future<?>> all = new ArrayList<>();
                for (int caller = 0; caller < CONNECTIONS; caller++) {
                    int kind = caller;
                    all.add(callers.submit(() -> {
                        ApiClient own = client.another();
                        while (System.nanoTime() < end) {
                            call(own, kind, base, chat);
                        }
                        return true;
                    }));
                }
                for (Future<?> one : all) {
                    one.get();
                }
                client.logIn();
                resident.add(api.residentMemory());
                Verdict.say(
                        "API, round %d: %d MiB resident, %d threads", round + 1, resident.get(round), api.threads());
            }
        } finally {
            callers.shutdownNow();
        }
        return resident;
    }

    /** Sends a call; a refused one takes memory, too. */
    private void call(ApiClient client, int kind, String base, String chat) throws Exception {
        try {
            switch (kind % 5) {
                case 0 -> {
                    ObjectNode body = client.object().put("model", "bge-small-en-v1.5");
                    ArrayNode input = body.putArray("input");
                    for (int i = 0; i < 8; i++) {
                        input.add(text(2000));
                    }
                    client.post("/v1/embeddings", body);
                }
                case 1 ->
                    client.post(
                            "/knowledge-bases/" + base + "/search",
                            client.object().put("query", text(3900)));
                case 2 ->
                    client.post("/chats/" + chat + "/messages", client.object().put("content", text(300)));
                case 3 ->
                    client.upload(
                            "/knowledge-bases/" + base + "/documents",
                            "file-" + kind + ".txt",
                            text(900).repeat(2000));
                default -> client.logIn();
            }
        } catch (IOException refused) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private synchronized String text(int longest) {
        return texts.text(10 + random.nextInt(longest));
    }
}
