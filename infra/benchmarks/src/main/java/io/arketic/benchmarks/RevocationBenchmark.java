package io.arketic.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.arketic.embeddings.EmbeddingModel;
import io.arketic.embeddings.EmbeddingModels;
import io.arketic.embeddings.EmbeddingSettings;
import io.arketic.schema.tenancy.TenantDatabase;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how soon a document of the drive is invisible after its share was taken back, and what shares cost a search. */
@Command(
        name = "revocation",
        mixinStandardHelpOptions = true,
        description =
                "From the revocation of a share to the first search, old citation and signed link that show nothing: p99"
                        + " at most 1 s. Searches of shared documents ÷ searches of as many documents without shares, p50: at most"
                        + " 1.1. The API is its own process over services of its own.")
final class RevocationBenchmark implements Callable<Integer> {

    private static final double LATE_BOUND = 1000;
    private static final double SEARCH_BOUND = 1.1;
    private static final String MODEL = "bge-small-en-v1.5";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Mixin
    private final Checkout checkout = new Checkout();

    @Option(names = "--documents", defaultValue = "40", description = "shared one by one; ${DEFAULT-VALUE}")
    private int documents;

    @Option(names = "--rounds", defaultValue = "200", description = "revocations; ${DEFAULT-VALUE}")
    private int rounds;

    @Option(names = "--searches", defaultValue = "400", description = "of each kind; ${DEFAULT-VALUE}")
    private int searches;

    /** A document of the drive, and the word that only it holds. */
    private record Shared(String id, String word) {}

    /** A look that shows the document as long as the reader may see it. */
    private interface Look {
        boolean shows() throws IOException, InterruptedException;
    }

    private final Sample search = new Sample();
    private final Sample citation = new Sample();
    private final Sample link = new Sample();

    @Override
    public Integer call() throws Exception {
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
            EmbeddingModel model = models.get(MODEL);
            Workspace owner = workspace(api);
            Workspace reader = member(api, owner);
            List<Shared> shared = share(api, database, model, owner, reader);
            for (int round = 0; round < rounds; round++) {
                revoke(api, owner, reader, shared.get(round % shared.size()));
            }
            double ratio = searches(database, model, owner, reader, shared);
            double worst = Math.max(search.quantile(0.99), Math.max(citation.quantile(0.99), link.quantile(0.99)));
            return Verdict.of(
                    worst <= LATE_BOUND && ratio <= SEARCH_BOUND,
                    "revocation: revoked to invisible p50 / p99: search %.0f / %.0f ms, citation %.0f / %.0f ms, link %.0f /"
                            + " %.0f ms (p99 at most %.0f), %d rounds; search with shares ÷ without %.2f (at most %.1f)",
                    search.median(),
                    search.quantile(0.99),
                    citation.median(),
                    citation.quantile(0.99),
                    link.median(),
                    link.quantile(0.99),
                    LATE_BOUND,
                    rounds,
                    ratio,
                    SEARCH_BOUND);
        }
    }

    private static Workspace workspace(OwnApi api) throws IOException {
        ApiClient client = new ApiClient(api.address());
        String name = "bench-" + UUID.randomUUID().toString().substring(0, 8);
        client.register(name + "@bench.invalid", UUID.randomUUID().toString());
        UUID organization = UUID.fromString(
                client.post("/organizations", client.object().put("name", name).put("slug", name))
                        .get("id")
                        .asText());
        return new Workspace(client, organization, name, base(client, organization, "shared"));
    }

    private static UUID base(ApiClient client, UUID organization, String name) throws IOException {
        return UUID.fromString(client.post(
                        "/organizations/" + organization + "/knowledge-bases",
                        client.object().put("name", name).put("embedding_model", MODEL))
                .get("id")
                .asText());
    }

    private static Workspace member(OwnApi api, Workspace owner) throws Exception {
        ApiClient client = new ApiClient(api.address());
        client.register(
                "reader-" + UUID.randomUUID() + "@bench.invalid",
                UUID.randomUUID().toString());
        api.execute("insert into organization_members (organization_id, user_id, role) values ('" + owner.organization()
                + "', '" + client.userId() + "', 'member')");
        return new Workspace(client, owner.organization(), owner.slug(), owner.knowledgeBase());
    }

    private List<Shared> share(
            OwnApi api, TenantDatabase database, EmbeddingModel model, Workspace owner, Workspace reader)
            throws Exception {
        List<Shared> shared = new ArrayList<>();
        for (int number = 0; number < documents; number++) {
            String word = word(number);
            String text = text(number);
            String id = owner.client()
                    .upload("/organizations/" + owner.organization() + "/documents", "file-" + number + ".txt", text)
                    .get("items")
                    .get(0)
                    .get("id")
                    .asText();
            owner.client()
                    .put(
                            "/documents/" + id + "/knowledge-bases/" + owner.knowledgeBase(),
                            owner.client().object());
            grant(owner, reader, id);
            shared.add(new Shared(id, word));
        }
        await(api, "select count(*) from document_links where fed_version > 0", documents);
        for (int number = 0; number < documents; number++) {
            String key = api.text("select object_key from document_links where document_id = '"
                    + shared.get(number).id() + "'");
            IndexedDocument.put(database, model, key, List.of(text(number)));
        }
        return shared;
    }

    private void revoke(OwnApi api, Workspace owner, Workspace reader, Shared document)
            throws IOException, InterruptedException {
        grant(owner, reader, document.id());
        String question = "What does the machine " + document.word() + " weigh?";
        String citations = citations(reader, question);
        URI signed = link(reader, question);
        Look found = () -> reader.search(document.word(), "text", 5).toString().contains(document.word());
        Look cited = () -> reader.client().get(citations).toString().contains(document.word());
        Look opened = () -> {
            HttpURLConnection call = (HttpURLConnection) signed.toURL().openConnection();
            int status = call.getResponseCode();
            call.disconnect();
            return status == 200;
        };
        if (!found.shows() || !cited.shows() || !opened.shows()) {
            throw new IOException("the document is not shown before its share is taken back: " + document);
        }
        ObjectNode none = owner.client().object();
        none.putArray("shares");
        owner.client().put("/documents/" + document.id() + "/shares", none);
        long revoked = System.nanoTime();
        search.add(untilHidden(found, revoked));
        citation.add(untilHidden(cited, revoked));
        link.add(untilHidden(opened, revoked));
    }

    /** Returns the milliseconds from {@code revoked} to the end of the first look that shows nothing. */
    private static double untilHidden(Look look, long revoked) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        while (look.shows()) {
            if (System.nanoTime() - revoked > PATIENCE.toNanos()) {
                throw new IOException("still shown after " + PATIENCE);
            }
            begin = revoked;
        }
        return (System.nanoTime() - begin) / 1e6;
    }

    private static String citations(Workspace reader, String question) throws IOException {
        ApiClient client = reader.client();
        ObjectNode chat = client.object().put("title", "Machines");
        chat.putArray("knowledge_base_ids").add(reader.knowledgeBase().toString());
        String id = client.post("/organizations/" + reader.organization() + "/chats", chat)
                .get("id")
                .asText();
        return "/messages/"
                + client.post("/chats/" + id + "/messages", client.object().put("content", question))
                        .get("id")
                        .asText()
                + "/citations";
    }

    private static URI link(Workspace reader, String question) throws IOException {
        ApiClient client = reader.client();
        ObjectNode body = client.object().put("model", "kb:" + reader.knowledgeBase());
        body.putArray("messages").addObject().put("role", "user").put("content", question);
        JsonNode answer = client.post("/v1/chat/completions", body);
        return URI.create(answer.at("/choices/0/message/annotations/0/url_citation/url")
                .asText()
                .replaceAll("#.*", ""));
    }

    private double searches(
            TenantDatabase database, EmbeddingModel model, Workspace owner, Workspace reader, List<Shared> shared)
            throws Exception {
        for (Shared document : shared) {
            grant(owner, reader, document.id());
        }
        Workspace plain = new Workspace(
                reader.client(),
                owner.organization(),
                owner.slug(),
                base(owner.client(), owner.organization(), "plain"));
        for (int number = 0; number < documents; number++) {
            IndexedDocument.put(database, model, plain.key("file-" + number + ".txt"), List.of(text(number)));
        }
        Sample with = new Sample();
        Sample without = new Sample();
        for (int number = 0; number < searches; number++) {
            String query = "How heavy is the machine " + word(number % documents) + " " + number + "?";
            double first = milliseconds(number % 2 == 0 ? reader : plain, query);
            double second = milliseconds(number % 2 == 0 ? plain : reader, query);
            if (number >= searches / 4) {
                with.add(number % 2 == 0 ? first : second);
                without.add(number % 2 == 0 ? second : first);
            }
        }
        Verdict.say("search p50: with shares %.1f ms, without %.1f ms", with.median(), without.median());
        return with.median() / without.median();
    }

    private static double milliseconds(Workspace workspace, String query) throws IOException, InterruptedException {
        long start = System.nanoTime();
        workspace.search(query, "hybrid", 10);
        return (System.nanoTime() - start) / 1e6;
    }

    private static void grant(Workspace owner, Workspace reader, String document) throws IOException {
        ObjectNode body = owner.client().object();
        body.putArray("shares")
                .addObject()
                .put("user_id", reader.client().userId().toString())
                .put("access_right", "view");
        owner.client().put("/documents/" + document + "/shares", body);
    }

    private static void await(OwnApi api, String count, long wanted) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (api.numbers(count).get(0) < wanted) {
            if (System.nanoTime() > deadline) {
                throw new IOException("not within " + PATIENCE + ": " + count);
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static String word(int number) {
        return "zq" + Integer.toString(number + 46_656, 36) + "x";
    }

    private static String text(int number) {
        return "The machine " + word(number) + " weighs " + (number + 100)
                + " kilograms and is kept in the north hall.";
    }
}
