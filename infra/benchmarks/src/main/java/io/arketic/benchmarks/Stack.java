package io.arketic.benchmarks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.arketic.schema.tenancy.DatabaseSettings;
import io.arketic.services.DatabaseAccess;
import io.arketic.services.StackSettings;
import io.arketic.services.judged.JudgedCollection;
import io.arketic.store.S3Store;
import io.arketic.store.StoreAccess;
import io.arketic.store.StoreException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Connects to the running local stack, by the checkout's own settings unless other addresses are given. */
final class Stack {

    @Mixin
    private final Checkout checkout = new Checkout();

    @Option(names = "--api", description = "address of the API; that of the checkout's stack")
    private @Nullable URI api;

    @Option(names = "--store", description = "address of the S3 store; that of the checkout's stack")
    private @Nullable URI store;

    private @Nullable StackSettings settings;

    Checkout checkout() {
        return checkout;
    }

    /** Calls without a user. */
    ApiClient client() {
        return new ApiClient(api != null ? api : settings().api());
    }

    /** Creates a user with a separate organization and knowledge base. */
    Workspace workspace(String purpose, int chunkSize, int chunkOverlap) throws IOException, InterruptedException {
        String name = "bench-" + purpose + "-" + UUID.randomUUID().toString().substring(0, 8);
        ApiClient client = client();
        client.register(name + "@bench.invalid", UUID.randomUUID().toString());
        ObjectNode organization =
                client.post("/organizations", client.object().put("name", name).put("slug", name));
        ObjectNode knowledgeBase = client.post(
                "/organizations/" + organization.get("id").asText() + "/knowledge-bases",
                client.object()
                        .put("name", purpose)
                        .put("chunk_size", chunkSize)
                        .put("chunk_overlap", chunkOverlap)
                        .put("similarity_threshold", 0));
        return new Workspace(
                client,
                UUID.fromString(organization.get("id").asText()),
                organization.get("slug").asText(),
                UUID.fromString(knowledgeBase.get("id").asText()));
    }

    /** Puts a text file directly into the bucket, as users do with many files. */
    Bucket bucket() {
        Map<String, String> product = settings().productEnvironment();
        S3Store reached = S3Store.open(new StoreAccess(
                store != null ? store.toString() : product(product, "ARKETIC_STORE_ENDPOINT"),
                product(product, "ARKETIC_STORE_ACCESS_KEY"),
                product(product, "ARKETIC_STORE_SECRET_KEY")));
        return new Bucket(reached, product(product, "ARKETIC_STORE_BUCKET"));
    }

    /**
     * Drops each document as one text file and waits until all are indexed.
     *
     * @return the ids of the documents by the names of their files; ids may hold what no file name should
     */
    Map<String, String> drop(Workspace workspace, JudgedCollection collection, Duration patience)
            throws IOException, InterruptedException {
        Bucket bucket = bucket();
        Map<String, String> ids = new HashMap<>();
        for (Map.Entry<String, String> document : collection.documents().entrySet()) {
            if (document.getValue().isEmpty()) {
                continue;
            }
            String name = ids.size() + ".txt";
            ids.put(name, document.getKey());
            bucket.put(workspace.key(name), document.getValue());
        }
        Verdict.say("dropped %d documents", ids.size());
        long start = System.nanoTime();
        workspace.awaitEnd(ids.size(), patience);
        Verdict.say("ingested in %.0f s", (System.nanoTime() - start) / 1e9);
        return ids;
    }

    /** Returns the connection of the product's own role, whose searches are under row-level security. */
    DatabaseSettings database() {
        DatabaseAccess application = settings().application();
        return new DatabaseSettings(application.url(), application.user(), application.password(), 1);
    }

    /** Returns the stack's database server as its superuser, for databases of a benchmark's own. */
    DatabaseAccess owner() {
        return settings().owner();
    }

    private StackSettings settings() {
        if (settings == null) {
            settings = StackSettings.fromEnvironment(checkout.root());
        }
        return settings;
    }

    private static String product(Map<String, String> environment, String name) {
        String value = environment.get(name);
        if (value == null) {
            throw new IllegalStateException("the stack has no " + name);
        }
        return value;
    }

    /** Accesses the bucket that is ingested. */
    record Bucket(S3Store store, String name) {

        void put(String key, Path file) throws IOException {
            try (InputStream content = Files.newInputStream(file)) {
                store.put(name, key, content, Files.size(file), "application/octet-stream");
            } catch (StoreException e) {
                throw new IOException("cannot put " + key, e);
            }
        }

        void put(String key, String text) throws IOException {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            try {
                store.put(name, key, new ByteArrayInputStream(bytes), bytes.length, "text/plain");
            } catch (StoreException e) {
                throw new IOException("cannot put " + key, e);
            }
        }
    }
}
