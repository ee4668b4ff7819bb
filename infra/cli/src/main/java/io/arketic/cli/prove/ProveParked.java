package io.arketic.cli.prove;

import com.fasterxml.jackson.databind.JsonNode;
import io.arketic.cli.stack.JobHealth;
import io.arketic.cli.stack.LedgerRow;
import io.arketic.cli.stack.Stack;
import io.arketic.cli.terminal.CommandException;
import io.arketic.cli.terminal.Terminal;
import io.arketic.schema.ledger.IngestState;
import io.arketic.schema.ledger.ObjectVersion;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Drops files for a model that is down. A large file of another knowledge base is indexed meanwhile, no job restarts, and
 * the files are indexed once the model answers. The stack's own store delivers every object; {@code ObjectIngestIT} has one
 * that refuses some.
 */
final class ProveParked {

    private static final Duration PATIENCE = Duration.ofMinutes(30);
    private static final int LARGE_CHUNKS = 400;

    /** Numbers the file of the other knowledge base. */
    private static final int LARGE = 0;

    private static final String MODEL = "ARKETIC_EMBEDDING_REMOTE_";

    private final Terminal terminal;
    private final int documents;
    private final Stack stack = Stack.current();

    ProveParked(Terminal terminal, int documents) {
        this.terminal = terminal;
        this.documents = documents;
    }

    boolean holds() throws Exception {
        Map<String, String> settings = stack.settings().productEnvironment();
        String id = settings.get(MODEL + "ID");
        String url = settings.get(MODEL + "URL");
        String dimensions = settings.get(MODEL + "DIMENSIONS");
        if (id == null || url == null || dimensions == null || !url.startsWith("http://127.0.0.1:")) {
            throw CommandException.unusable("start the stack with " + MODEL + "ID=scripted, " + MODEL
                    + "MODEL=scripted, " + MODEL + "DIMENSIONS=32 and " + MODEL
                    + "URL=http://127.0.0.1:18099/v1: a port where nothing listens");
        }
        JobHealth before = JobHealth.of(stack);
        String run = ProofBase.newRun();
        try (ProofBase down =
                        ProofBase.make(stack, "Proof of parking: model down", run, Map.of("embedding_model", id));
                ProofBase other = ProofBase.make(stack, "Proof of parking: other", run)) {
            for (int document = 0; document < documents; document++) {
                down.put(document, 1);
            }
            awaitParked(down);
            Duration large = indexLarge(other, run);
            long reembedded;
            try (ScriptedModel model = new ScriptedModel(URI.create(url).getPort(), Integer.parseInt(dimensions))) {
                Instant up = Instant.now();
                ProofBase.await(
                        "files of the model indexed", () -> indexed(down), count -> count >= documents, PATIENCE);
                terminal.progress("  the model's files are indexed "
                        + Terminal.duration(Duration.between(up, Instant.now())) + " after it is up");
                reembedded = indexed(down);
            }
            JobHealth after = JobHealth.of(stack);
            terminal.finishProgress(documents
                    + " files of a model that is down: a file of "
                    + LARGE_CHUNKS + " chunks of another knowledge base indexed in " + Terminal.duration(large) + ", "
                    + reembedded + " parked files indexed by themselves afterwards; " + after.restartsSince(before)
                    + " restarts of jobs, " + after.failedCheckpointsSince(before)
                    + " failed checkpoints, the longest took "
                    + Terminal.duration(after.longestCheckpoint()));
            boolean holds = after.restartsSince(before) == 0 && after.failedCheckpointsSince(before) == 0;
            if (holds) {
                down.discard();
                other.discard();
            }
            return holds;
        }
    }

    private void awaitParked(ProofBase down) throws Exception {
        List<String> keys = IntStream.range(0, documents).mapToObj(down::key).toList();
        ProofBase.await(
                "files parked for their model",
                () -> stack.ledger().ofKeys(keys),
                rows -> rows.size() == documents
                        && rows.stream().allMatch(row -> "EMBEDDING_UNAVAILABLE".equals(row.reason())),
                PATIENCE);
        JsonNode shown = down.api().get("knowledge-bases/" + down.id() + "/ingestion");
        terminal.progress("  parked, as the API shows it: " + shown.path("parked"));
    }

    private Duration indexLarge(ProofBase other, String run) throws Exception {
        Instant begun = Instant.now();
        StringBuilder text = new StringBuilder();
        for (int part = 0; part < LARGE_CHUNKS * 3 / 4; part++) { // each has one and a half
            text.append(ProofBase.text(part, 1, run)).append("\n\n");
        }
        ObjectVersion large = other.put(LARGE, text.toString());
        other.awaitEnd(List.of(large), PATIENCE);
        LedgerRow row = stack.ledger().ofKeys(List.of(large.key())).get(0);
        if (row.state() != IngestState.INDEXED || row.chunks() < LARGE_CHUNKS) {
            throw CommandException.failed("the large file is " + row);
        }
        return Duration.between(begun, Instant.now());
    }

    private long indexed(ProofBase base) throws Exception {
        return stack.ledger().all(base.id()).stream()
                .filter(row -> row.state() == IngestState.INDEXED)
                .count();
    }
}
