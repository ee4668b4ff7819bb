package io.arketic.cli.backup;

import io.arketic.cli.backup.Backups.BackupSet;
import io.arketic.cli.stack.BackupReport;
import io.arketic.cli.stack.BackupStatus;
import io.arketic.schema.migration.RolePasswords;
import io.arketic.schema.migration.SchemaMigrator;
import io.arketic.schema.tenancy.DatabaseSettings;
import io.arketic.services.DataServices;
import io.arketic.services.DatabaseAccess;
import io.arketic.services.LocalStack;
import io.arketic.services.PgBackRest;
import io.arketic.services.StackSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Checks that the newest backup can be restored and is whole. It restores the database into a scratch directory. */
final class Verification {

    /** Gives the number of citations that are followed. */
    private static final int CITATIONS = 20;

    private static final Pattern DAMAGE = Pattern.compile("(?m)status: (?:error|invalid).*$|^.*\\bERROR\\b.*$");

    private interface Check {
        /** Returns what was seen; throws, or adds to the failures, where it is not as it should be. */
        String run() throws Exception;
    }

    private final Backups backups;
    private final Consumer<String> out;
    private final List<String> failures = new ArrayList<>();

    /** @param out gets a line for each check */
    Verification(Backups backups, Consumer<String> out) {
        this.backups = backups;
        this.out = out;
    }

    /** Runs all checks; returns what is wrong, nothing if all is well. */
    List<String> run() throws Exception {
        PgBackRest pgBackRest = backups.database();
        check("repository", () -> repository(pgBackRest));
        check("copies", this::copies);
        try (Scratch scratch = Scratch.take(backups.settings(), "verification")) {
            if (check("space", () -> space(scratch.directory()))) {
                restored(pgBackRest, scratch.directory());
            }
        }
        return List.copyOf(failures);
    }

    /** Checks that the database fits beside the present one before any of it is written. */
    private String space(Path scratch) throws IOException, InterruptedException {
        List<BackupSet> sets = backups.list();
        require(!sets.isEmpty(), "there is no backup");
        long size = sets.get(sets.size() - 1).size();
        RestoreChecks.requireSpace(scratch, size);
        return BackupReport.size(size) + " fit in " + scratch;
    }

    private void restored(PgBackRest pgBackRest, Path scratch) throws IOException, InterruptedException {
        StackSettings there = scratch(scratch);
        boolean restored = check("restore", () -> {
            try (DataServices services = new Restore(backups, null).databaseInto(there, false)) {
                inDatabase(pgBackRest, there);
            }
            return "in " + scratch;
        });
        if (restored) {
            check("checksums", () -> checksums(pgBackRest, there));
        }
    }

    /** Returns the settings of the scratch stack, with the secrets of the backup. */
    private StackSettings scratch(Path scratch) throws IOException {
        Path state = scratch.resolve("home");
        try {
            backups.secrets().restore(state, Instant.now());
        } catch (IOException e) {
            failures.add("settings: " + e.getMessage());
            Files.createDirectories(state);
            Files.copy(backups.settings().state().resolve("secrets.properties"), state.resolve("secrets.properties"));
        }
        return backups.settings().elsewhere(state);
    }

    private String repository(PgBackRest pgBackRest) throws InterruptedException {
        // It ends with 0 also where it finds damage.
        PgBackRest.Result result = pgBackRest.run("verify", "--output=text");
        if (result.status() != 0 || DAMAGE.matcher(result.output()).find()) {
            throw new IllegalStateException(
                    result.output().strip().lines().limit(4).reduce("", (one, other) -> one + " " + other.strip()));
        }
        return "files and archive whole";
    }

    private void inDatabase(PgBackRest pgBackRest, StackSettings there) throws Exception {
        DatabaseAccess owner = there.owner();
        check("heap and indexes", () -> {
            String address = owner.url().substring("jdbc:".length());
            return pgBackRest
                    .tool(
                            "pg_amcheck",
                            List.of(
                                    "--heapallindexed",
                                    "--install-missing",
                                    address.replace("postgresql://", "postgresql://" + owner.user() + "@")),
                            Map.of("PGPASSWORD", owner.password()))
                    .orFail("pg_amcheck")
                    .strip();
        });
        check("migrations", () -> {
            var migrator = new SchemaMigrator(
                    new DatabaseSettings(owner.url(), owner.user(), owner.password(), 1),
                    new RolePasswords(
                            there.application().password(),
                            there.ingest().password(),
                            there.maintenance().password()));
            migrator.validate();
            List<String> versions = migrator.info();
            return versions.get(versions.size() - 1);
        });
        check("ledger", () -> ledger(owner));
        check("counters", () -> {
            String drifted = one(owner, "select count(*)::text from counter_drift()");
            require(drifted.equals("0"), drifted + " counters are not what they count");
            return "as counted";
        });
        check("texts", () -> {
            String wrong = one(owner, """
                    select count(*)::text from knowledge_documents
                    where status = 'completed' and extracted_text is not null
                      and content_hash <> encode(sha256(convert_to(extracted_text, 'UTF8')), 'hex')
                    """);
            require(wrong.equals("0"), wrong + " documents have another text than was indexed");
            return "as indexed";
        });
        check("citations", () -> citations(owner));
        check("objects", () -> objects(there));
    }

    /** Compares the versions with the running counts, and with what has ended and what is in flight. */
    private static String ledger(DatabaseAccess owner) throws SQLException {
        String[] counts = one(owner, """
                select concat_ws(' ', count(*), count(*) filter (where ended_at is not null),
                    count(*) filter (where state in ('received', 'extracting', 'embedding')),
                    (select coalesce(sum(versions), 0) from (
                        select versions from ledger_counts union all select versions from ledger_changes) v))
                from ingest_ledger
                """).split(" ", -1);
        long dropped = Long.parseLong(counts[0]);
        long ended = Long.parseLong(counts[1]);
        long inFlight = Long.parseLong(counts[2]);
        require(
                dropped == ended + inFlight && dropped == Long.parseLong(counts[3]),
                dropped + " versions, but " + ended + " ended, " + inFlight + " in flight and " + counts[3]
                        + " counted");
        return dropped + " versions = " + ended + " ended + " + inFlight + " in flight";
    }

    private static String citations(DatabaseAccess owner) throws SQLException {
        String[] counts = one(owner, """
                select concat_ws(' ', count(*), count(*) filter (where literal))
                from (
                    select substring(d.extracted_text from c.start_offset + 1 for c.end_offset - c.start_offset)
                        = c.quote as literal
                    from message_citations c
                    join knowledge_documents d on d.id = c.document_id and d.version = c.document_version
                    where d.status = 'completed'
                    order by random() limit %d) sampled
                """.formatted(CITATIONS)).split(" ", -1);
        require(counts[0].equals(counts[1]), "only " + counts[1] + " of " + counts[0] + " citations resolve");
        return counts[0] + " followed";
    }

    /** Reads the copies of all objects that the store held last, and sets damaged ones aside, so that they are replaced. */
    private String copies() throws IOException {
        List<String> damaged = new ArrayList<>();
        List<String> unreadable = new ArrayList<>();
        long bytes = 0;
        var held = backups.objects().journal().at(Instant.MAX).values();
        for (ObjectEntry entry : held) {
            try {
                backups.objects().read(entry, OutputStream.nullOutputStream());
                bytes += entry.size();
            } catch (IOException e) {
                if (backups.objects().discardDamaged(entry)) {
                    damaged.add(entry.place());
                } else {
                    unreadable.add(entry.place() + " (" + e + ")");
                }
            }
        }
        require(unreadable.isEmpty(), "the repository does not deliver " + some(unreadable));
        require(damaged.isEmpty(), "damaged or missing: " + some(damaged) + "; the next backup copies them again");
        return held.size() + " objects with " + BackupReport.size(bytes);
    }

    /**
     * Finds a copy of each object that the database names. One that came after the last listing began may be missing, as
     * long as the listing is not late.
     */
    private String objects(StackSettings there) throws IOException, SQLException {
        Instant now = Instant.now();
        NeededObjects needed = NeededObjects.of(backups.objects().journal(), there, there.owner(), now);
        Instant listed = backups.objects().listed();
        Instant late = now.minus(BackupStatus.LATE_OBJECTS);
        List<String> missing = needed.missing().stream()
                .filter(object ->
                        object.since().isBefore(listed) || object.since().isBefore(late))
                .map(NeededObjects.Missing::place)
                .toList();
        require(missing.isEmpty(), "no copy of " + some(missing));
        int young = needed.missing().size();
        return "each that the database names has a copy"
                + (young == 0 ? "" : ", except " + young + " that came after the last copy began");
    }

    private static String checksums(PgBackRest pgBackRest, StackSettings there) throws InterruptedException {
        String output = pgBackRest
                .tool("pg_checksums", List.of("--check", "--pgdata=" + new LocalStack(there).postgresData()), Map.of())
                .orFail("pg_checksums");
        return output.lines()
                .filter(line -> line.startsWith("Blocks scanned"))
                .findFirst()
                .orElse(output.strip());
    }

    /** Returns whether all is well. */
    private boolean check(String name, Check check) throws InterruptedException {
        try {
            out.accept("  %-17s %s".formatted(name, check.run()));
            return true;
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            String failure = name + ": " + String.valueOf(e.getMessage()).strip();
            failures.add(failure);
            out.accept("  %-17s FAILED %s".formatted(name, failure.substring(name.length() + 2)));
            return false;
        }
    }

    private static void require(boolean right, String otherwise) {
        if (!right) {
            throw new IllegalStateException(otherwise);
        }
    }

    private static String some(List<String> places) {
        return String.join(", ", places.subList(0, Math.min(3, places.size())))
                + (places.size() > 3 ? " and " + (places.size() - 3) + " more" : "");
    }

    private static String one(DatabaseAccess owner, String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(owner.url(), owner.user(), owner.password());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }
}
