package io.arketic.cli.prove;

import com.fasterxml.jackson.databind.JsonNode;
import io.arketic.cli.api.ApiClient;
import io.arketic.cli.api.ApiException;
import io.arketic.cli.api.DemoUser;
import io.arketic.cli.api.KnowledgeBase;
import io.arketic.cli.file.IngestionProgress;
import io.arketic.cli.reindex.Generations;
import io.arketic.cli.stack.Bucket;
import io.arketic.cli.stack.Stack;
import io.arketic.cli.terminal.CommandException;
import io.arketic.cli.terminal.Terminal;
import io.arketic.schema.ledger.ObjectKey;
import io.arketic.schema.ledger.ObjectVersion;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Provides a knowledge base for a proof, with documents that differ by a unique word. */
final class ProofBase implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(50);

    private static final Duration REMOVED_WITHIN = Duration.ofMinutes(10);

    /** Sets the time of one login, well below an access token's lifetime; a proof may take longer. */
    private static final Duration SIGNED_IN_FOR = Duration.ofMinutes(5);

    private final Stack stack;
    private final String slug;
    private final UUID id;
    private final String run;
    private final Bucket bucket;
    private ApiClient api;
    private Instant signedIn;

    private ProofBase(Stack stack, ApiClient api, String slug, UUID id, String run) {
        this.stack = stack;
        this.api = api;
        this.signedIn = Instant.now();
        this.slug = slug;
        this.id = id;
        this.run = run;
        this.bucket = stack.bucket();
    }

    /** @param run stands in every text: texts of another run have embeddings that are known already */
    static ProofBase make(Stack stack, String purpose, String run) throws IOException, InterruptedException {
        return make(stack, purpose, run, Map.of());
    }

    /** @param settings of the knowledge base, besides its name */
    static ProofBase make(Stack stack, String purpose, String run, Map<String, String> settings)
            throws IOException, InterruptedException {
        Map<String, String> made = new HashMap<>(settings);
        made.put("name", purpose);
        DemoUser user = DemoUser.provide(stack.checkout(), stack.api());
        UUID id = UUID.fromString(user.api()
                .post("organizations/" + user.organization() + "/knowledge-bases", made)
                .path("id")
                .asText());
        KnowledgeBase base = KnowledgeBase.find(user, id);
        return new ProofBase(stack, user.api(), base.organizationSlug(), id, run);
    }

    static ProofBase make(Stack stack, String purpose) throws IOException, InterruptedException {
        return make(stack, purpose, newRun());
    }

    static String newRun() {
        return UUID.randomUUID().toString().substring(0, 8);
    }

    synchronized ApiClient api() throws IOException, InterruptedException {
        if (signedIn.plus(SIGNED_IN_FOR).isBefore(Instant.now())) {
            api = DemoUser.signIn(stack.checkout(), stack.api()).api();
            signedIn = Instant.now();
        }
        return api;
    }

    UUID id() {
        return id;
    }

    Generations generations() throws IOException, InterruptedException {
        return new Generations(api(), id);
    }

    static String name(int document) {
        return "report-" + document + ".txt";
    }

    /** Returns a word that only one document contains. */
    static String word(int document) {
        return "zephyr" + document + "x";
    }

    /** Returns a text long enough for two chunks. */
    static String text(int document, int edition, String run) {
        return "Report " + document + ". The beacon with the code word " + word(document) + " was repaired, edition "
                + edition + " of " + run + ".\n\n"
                + ("On day " + document + " of season " + edition
                                + " the crew checked the lamps, the cables and the buoys of harbour " + document + ". ")
                        .repeat(13);
    }

    ObjectVersion put(int document, int edition) {
        return bucket.put(key(document), text(document, edition, run));
    }

    /** Replaces a document by another text. */
    ObjectVersion put(int document, String other) {
        return bucket.put(key(document), other);
    }

    void remove(int document) {
        bucket.remove(key(document));
    }

    String key(int document) {
        return new ObjectKey(slug, id, name(document)).toString();
    }

    JsonNode search(String query, String mode) throws IOException, InterruptedException {
        return api().post("knowledge-bases/" + id + "/search", Map.of("query", query, "mode", mode, "limit", 20))
                .path("items");
    }

    /** Deletes a document through the API; when it returns, the document is gone. */
    void delete(int document) throws IOException, InterruptedException {
        JsonNode found = search(word(document), "text");
        for (JsonNode item : found) {
            if (item.path("file_path").asText().equals(key(document))) {
                api().delete("knowledge-bases/" + id + "/documents/"
                        + item.path("document_id").asText());
                return;
            }
        }
        throw CommandException.failed(name(document) + " is not found and cannot be deleted");
    }

    /** Waits until each of these versions has ended, whatever is down meanwhile. */
    void awaitEnd(List<ObjectVersion> versions, Duration within) throws Exception {
        List<String> keys = versions.stream().map(ObjectVersion::key).distinct().toList();
        await(
                versions.size() + " files ended",
                () -> IngestionProgress.of(versions, stack.ledger().ofKeys(keys)),
                IngestionProgress::allEnded,
                within);
    }

    /** Asks until the answer is as wanted; it also asks again while a database or an API is down. */
    static <T> T await(String what, Callable<T> question, Predicate<T> wanted, Duration within) throws Exception {
        Instant deadline = Instant.now().plus(within);
        while (true) {
            String seen;
            try {
                T answer = question.call();
                if (wanted.test(answer)) {
                    return answer;
                }
                seen = answer.toString();
            } catch (SQLException | IOException | ApiException e) {
                seen = e.toString();
            }
            if (Instant.now().isAfter(deadline)) {
                throw CommandException.failed("not within " + Terminal.duration(within) + ": " + what + "; last seen: "
                        + seen.substring(0, Math.min(300, seen.length())));
            }
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
    }

    /** Removes the knowledge base with its files; afterwards searches find none of it. */
    void discard() throws Exception {
        api().delete("knowledge-bases/" + id + "?objects=true");
        await("proof's chunks gone", () -> stack.ledger().chunks(id), List::isEmpty, REMOVED_WITHIN);
        await("proof's files gone", () -> bucket.holds(slug + "/" + id + "/"), held -> !held, REMOVED_WITHIN);
    }

    @Override
    public void close() throws IOException {
        bucket.close();
    }
}
