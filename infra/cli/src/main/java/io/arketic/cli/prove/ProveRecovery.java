package io.arketic.cli.prove;

import io.arketic.cli.backup.Backups;
import io.arketic.cli.backup.Restore;
import io.arketic.cli.backup.Scratch;
import io.arketic.cli.stack.Ledger;
import io.arketic.cli.stack.Stack;
import io.arketic.cli.terminal.CommandException;
import io.arketic.cli.terminal.Terminal;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.services.DatabaseAccess;
import io.arketic.services.StackSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes all the time, keeps what the repository held at one moment, and restores that into empty directories with only the
 * repository and its key: once to its end, once to an earlier time.
 */
final class ProveRecovery {

    private static final Duration PATIENCE = Duration.ofMinutes(30);
    private static final Duration MOST_LOST = Duration.ofMinutes(1);
    private static final Duration MOST_TIME = Duration.ofMinutes(15);
    private static final int CHUNKS = 1_000_000;

    private final Terminal terminal;
    private final int documents;
    private final Stack stack = Stack.current();

    ProveRecovery(Terminal terminal, int documents) {
        this.terminal = terminal;
        this.documents = documents;
    }

    /** Holds what a look at a restored database showed; {@code all} counts the chunks of all knowledge bases. */
    private record Content(@Nullable Instant lastWrite, List<String> chunks, long bytes, long all) {}

    private record Back(Restore.Restored restored, Content content) {}

    boolean holds() throws Exception {
        if (!stack.settings().backsUp()) {
            throw CommandException.unusable("the stack archives nothing; start it with: infra/arketic up --backup");
        }
        try (Scratch lost = Scratch.take(stack.settings(), "recovery");
                ProofBase base = ProofBase.make(stack, "Proof of recovery");
                Heartbeat heart = new Heartbeat(stack.settings().owner())) {
            boolean holds = holds(base, heart, lost.directory());
            if (holds) {
                base.discard();
            }
            return holds;
        }
    }

    private boolean holds(ProofBase base, Heartbeat heart, Path lost) throws Exception {
        put(base, 0, documents / 2);
        var backups = new Backups(stack.settings());
        terminal.line("  backup: " + backups.now(backups.due()).set().label());
        put(base, documents / 2, documents);
        List<String> chunks = stack.ledger().chunks(base.id());
        Instant then = heart.beat();
        // An object that goes before it is listed has no copy.
        ProofBase.await(
                "objects copied after " + then, backups::objectsListed, listed -> listed.isAfter(then), PATIENCE);
        for (int document = 0; document < documents; document += 4) {
            base.remove(document);
        }
        put(base, documents, documents + documents / 4);
        // A time can be restored once something later is in the archive.
        heart.awaitArchived(then, PATIENCE);
        Instant end = heart.beat();
        Path repository = lost.resolve("repository");
        link(stack.settings().backupRepository(), repository);
        terminal.line("  everything but the repository is lost at " + end);

        StackSettings bare = bare(lost, repository);
        Back newest = restore(bare, null, lost.resolve("newest"), base);
        Back earlier = restore(bare, then, lost.resolve("earlier"), base);
        Content content = newest.content();
        Instant lastWrite = content.lastWrite();
        Duration rpo = lastWrite == null ? Duration.ofDays(1) : Duration.between(lastWrite, end);
        Duration rto = newest.restored().took();
        boolean exact = earlier.content().chunks().equals(chunks);
        int missing =
                newest.restored().lost().size() + earlier.restored().lost().size();
        terminal.line("at " + then + ": " + earlier.content().chunks().size() + " of " + chunks.size() + " chunks"
                + (exact ? ", the same" : ", NOT the same") + "; objects missing: " + missing + "; RPO "
                + Terminal.duration(rpo) + ", RTO " + Terminal.duration(rto) + " for " + content.all() + " chunks and "
                + (content.bytes() >> 20) + " MiB" + extrapolated(rto, content.all()));
        return exact && missing == 0 && rpo.compareTo(MOST_LOST) <= 0 && rto.compareTo(MOST_TIME) <= 0;
    }

    /** Returns the time for a million chunks at the same rate; few chunks say nothing of the rate. */
    private static String extrapolated(Duration rto, long chunks) {
        return chunks < CHUNKS / 100
                ? ""
                : " (at this rate " + Terminal.duration(rto.multipliedBy(CHUNKS).dividedBy(chunks)) + " for " + CHUNKS
                        + " chunks)";
    }

    private void put(ProofBase base, int from, int until) throws Exception {
        List<ObjectVersion> versions = new ArrayList<>();
        for (int document = from; document < until; document++) {
            versions.add(base.put(document, 1));
        }
        base.awaitEnd(versions, PATIENCE);
    }

    /** Returns the settings of a machine that has the repository and the key, and nothing else. */
    private StackSettings bare(Path lost, Path repository) {
        var environment = new TreeMap<>(stack.settings().environment());
        environment.put("ARKETIC_HOME", lost.resolve("home").toString());
        environment.put("ARKETIC_BACKUP_DIRECTORY", repository.toString());
        environment.put("ARKETIC_BACKUP_KEY", stack.settings().backupKey());
        environment.put("ARKETIC_STACK_OPTIONS", "");
        return StackSettings.of(stack.checkout().root(), environment);
    }

    private Back restore(StackSettings bare, @Nullable Instant at, Path directory, ProofBase base) throws Exception {
        List<Content> seen = new ArrayList<>();
        Restore.Restored restored =
                new Restore(new Backups(bare), at).into(directory, there -> seen.add(look(there.owner(), base)));
        terminal.line("  restored in " + Terminal.duration(restored.took()));
        return new Back(restored, seen.get(0));
    }

    private static Content look(DatabaseAccess restored, ProofBase base) throws SQLException {
        try (Connection connection = Heartbeat.connect(restored);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select (select max(at) from arketic_proof.heartbeat),"
                        + " pg_database_size(current_database()), (select count(*) from knowledge_chunks)")) {
            row.next();
            return new Content(
                    row.getTimestamp(1) == null ? null : row.getTimestamp(1).toInstant(),
                    new Ledger(restored).chunks(base.id()),
                    row.getLong(2),
                    row.getLong(3));
        }
    }

    /** Copies a repository as it is at this moment; its files are never changed once they are there. */
    private static void link(Path from, Path to) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(from)) {
            all = files.toList();
        }
        for (Path file : all) {
            Path target = to.resolve(from.relativize(file).toString());
            if (Files.isDirectory(file)) {
                Files.createDirectories(target);
            } else if (Files.isRegularFile(file)) {
                Files.copy(file, target);
            }
        }
    }
}
