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
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Drops files for a model that is down, and one that the store does not deliver. A large file of another knowledge base is
 * indexed meanwhile, no job restarts, and the others are indexed once the model and the store deliver.
 */
final class ProveParked {

    private static final Duration PATIENCE = Duration.ofMinutes(30);
    private static final int LARGE_CHUNKS = 400;

    /** Number the files of the other knowledge base. */
    private static final int LARGE = 0;

    private static final int REFUSED = 1;
    private static final String MODEL = "ARKETIC_EMBEDDING_REMOTE_";

    /** Makes S3Proxy fail at an object's HEAD and GET, but not at the listing: it expects eight bytes. */
    private static final String BROKEN_ATTRIBUTE = "user.expires";

    /** Holds the MD5 digest of the content, from which S3Proxy makes the ETag. */
    private static final String ETAG_ATTRIBUTE = "user.content-md5";

    /** Holds S3Proxy's checksum of the former content. */
    private static final String CHECKSUM_ATTRIBUTE = "user.user-metadata.s3proxy_checksum_crc32c";

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
            Path object = refuse(other, run);
            awaitParked(down, other.key(REFUSED));
            Duration large = indexLarge(other, run);
            long reembedded;
            try (ScriptedModel model = new ScriptedModel(URI.create(url).getPort(), Integer.parseInt(dimensions))) {
                Instant up = Instant.now();
                ProofBase.await(
                        "files of the model indexed", () -> indexed(down), count -> count >= documents, PATIENCE);
                terminal.progress("  the model's files are indexed "
                        + Terminal.duration(Duration.between(up, Instant.now())) + " after it is up");
                repair(object);
                reembedded = indexed(down)
                        + ProofBase.await(
                                "the store's file read",
                                () -> rowsOf(other.key(REFUSED), ProveParked::isRead),
                                count -> count == 1,
                                PATIENCE);
            }
            JobHealth after = JobHealth.of(stack);
            terminal.finishProgress(documents
                    + " files of a model that is down, 1 that the store does not deliver: a file of "
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

    private void awaitParked(ProofBase down, String refused) throws Exception {
        List<String> keys = IntStream.range(0, documents).mapToObj(down::key).toList();
        ProofBase.await(
                "files parked for their model",
                () -> stack.ledger().ofKeys(keys),
                rows -> rows.size() == documents
                        && rows.stream().allMatch(row -> "EMBEDDING_UNAVAILABLE".equals(row.reason())),
                PATIENCE);
        ProofBase.await(
                "a file parked for the store",
                () -> rowsOf(refused, row -> "OBJECT_UNAVAILABLE".equals(row.reason())),
                count -> count == 1,
                PATIENCE);
        JsonNode shown = down.api().get("knowledge-bases/" + down.id() + "/ingestion");
        terminal.progress("  parked, as the API shows it: " + shown.path("parked"));
    }

    private long rowsOf(String key, Predicate<LedgerRow> wanted) throws Exception {
        return stack.ledger().ofKeys(List.of(key)).stream().filter(wanted).count();
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

    private Path object(String key) {
        Path file = stack.settings()
                .directory()
                .resolve("object-store/data")
                .resolve(stack.settings().productEnvironment().getOrDefault("ARKETIC_STORE_BUCKET", ""))
                .resolve(key);
        if (!Files.isRegularFile(file)) {
            throw CommandException.unusable("the stack's own store is needed: no " + file);
        }
        return file;
    }

    /**
     * Replaces a file by another text that the store lists and does not deliver, in one step: a file that is damaged after
     * it was dropped may have been read, and a file with the same ETag is not fetched. It is of the other knowledge base, as
     * nothing is fetched for a model that is down.
     */
    private Path refuse(ProofBase other, String run) throws Exception {
        other.awaitEnd(List.of(other.put(REFUSED, 1)), PATIENCE);
        Path object = object(other.key(REFUSED));
        Path refused = Files.createTempFile(stack.settings().directory(), "refused", "");
        Files.copy(object, refused, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
        byte[] text = ProofBase.text(REFUSED, 2, run).getBytes(StandardCharsets.UTF_8);
        Files.write(refused, text);
        attributes(refused).write(ETAG_ATTRIBUTE, ByteBuffer.wrap(MessageDigest.getInstance("MD5").digest(text)));
        attributes(refused).delete(CHECKSUM_ATTRIBUTE);
        Files.setLastModifiedTime(refused, FileTime.from(Instant.now().minus(Duration.ofDays(1))));
        attributes(refused).write(BROKEN_ATTRIBUTE, ByteBuffer.wrap(new byte[] {1}));
        return Files.move(refused, object, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Returns whether this is the version that the store did not deliver, and is read now. */
    private static boolean isRead(LedgerRow row) {
        boolean ended = row.state() == IngestState.INDEXED || row.state() == IngestState.UNCHANGED;
        return ended && row.lastModified().isBefore(Instant.now().minus(Duration.ofHours(12)));
    }

    private static void repair(Path object) throws Exception {
        attributes(object).delete(BROKEN_ATTRIBUTE);
    }

    private static UserDefinedFileAttributeView attributes(Path object) {
        return Files.getFileAttributeView(object, UserDefinedFileAttributeView.class);
    }
}
