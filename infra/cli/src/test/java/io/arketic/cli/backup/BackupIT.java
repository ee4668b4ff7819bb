package io.arketic.cli.backup;

import static io.arketic.cli.backup.BackedUpStack.BUCKET;
import static io.arketic.cli.backup.BackedUpStack.DOCUMENTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.cli.stack.BackupStatus.Run;
import io.arketic.cli.stack.BackupStatus.Work;
import io.arketic.services.LocalStack;
import io.arketic.services.StackSettings;
import io.arketic.store.S3Store;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** Tests backups of a real database and a real store; each test breaks something else. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BackupIT {

    private BackedUpStack stack;
    private Backups backups;

    @BeforeAll
    void start() throws Exception {
        stack = new BackedUpStack();
        backups = stack.backups;
    }

    @AfterAll
    void stop() throws Exception {
        if (stack != null) {
            stack.close();
        }
    }

    @Test
    @Order(1)
    void aWholeBackupPassesEveryCheckAndTheDatabaseOfAKilledOneIsRemoved() throws Exception {
        // As after kill -9: the server of the check runs, and no process holds the lock.
        Path killed = stack.settings.directory().resolve("scratch/verification/home");
        backups.secrets().restore(killed, Instant.now());
        StackSettings orphan = stack.settings.elsewhere(killed);
        new Restore(backups, null).databaseInto(orphan, false);
        long pid = Long.parseLong(
                Files.readAllLines(new LocalStack(orphan).postgresData().resolve("postmaster.pid"))
                        .get(0));
        List<String> lines = new ArrayList<>();

        assertThat(new Verification(backups, lines::add).run()).isEmpty();

        assertThat(ProcessHandle.of(pid)).isEmpty();
        assertThat(killed.getParent()).doesNotExist();
        assertThat(lines)
                .hasSize(12)
                .anyMatch(line -> line.contains("space") && line.contains(" fit "))
                .anyMatch(line -> line.contains("ledger") && line.contains(DOCUMENTS + " versions = " + DOCUMENTS))
                .anyMatch(line -> line.contains("citations") && line.contains(DOCUMENTS + " followed"))
                .anyMatch(line -> line.contains("copies") && line.contains(DOCUMENTS + " objects"));
        assertThat(backups.due()).isEqualTo(Work.INCREMENTAL);
        Run full = backups.status().runs().get(Work.FULL);
        assertThat(full.failure()).isEmpty();
        assertThat(full.bytes()).isPositive();
        assertThat(new BackupMetrics(backups).text())
                .contains("arketic_backup_last_result{work=\"full\"} 1.000")
                .contains("arketic_backup_last_success_timestamp_seconds{work=\"objects\"}")
                .contains("arketic_backup_repository_usable 1")
                .contains("arketic_backup_archive_gap 0");
    }

    @Test
    @Order(2)
    void aLookAtAnotherRepositoryLeavesTheArchiveAsItIs() throws Exception {
        Map<String, String> before = files(stack.settings.directory().resolve("backup"));
        StackSettings other = stack.with(Map.of(
                "ARKETIC_BACKUP_DIRECTORY",
                stack.home.resolve("elsewhere").toString(),
                "ARKETIC_BACKUP_KEY",
                "another key"));
        var looking = new Backups(other);

        assertThat(looking.list()).isEmpty();
        assertThat(looking.unreadable()).isEmpty();
        assertThat(looking.database().problem()).isPresent();
        assertThat(looking.status().runs()).isEmpty();

        assertThat(files(stack.settings.directory().resolve("backup"))).isEqualTo(before);
        assertThat(stack.home.resolve("elsewhere")).doesNotExist();
    }

    @Test
    @Order(3)
    void anObjectThatTheStoreDoesNotDeliverIsNamedAndTheRestIsBackedUp() throws Exception {
        stack.library().put(2, "Other bytes that cannot be read");
        stack.library().put(DOCUMENTS, Library.text(DOCUMENTS));
        Map<String, String> product = stack.settings.productEnvironment();
        try (var proxy = new BrokenObjectProxy(
                product.get("ARKETIC_STORE_ENDPOINT"), stack.library().key(2))) {
            var through = new Backups(stack.with(Map.of(
                    "ARKETIC_STORE_ENDPOINT", proxy.address(),
                    "ARKETIC_STORE_ACCESS_KEY", product.get("ARKETIC_STORE_ACCESS_KEY"),
                    "ARKETIC_STORE_SECRET_KEY", product.get("ARKETIC_STORE_SECRET_KEY"))));

            Backups.Made made = through.now(Work.INCREMENTAL);

            assertThat(made.isComplete()).isFalse();
            assertThat(made.unreadable())
                    .singleElement()
                    .asString()
                    .contains(stack.library().key(2));
            assertThat(made.set().type()).isEqualTo("incr");
        }
        assertThat(held(DOCUMENTS)).as("the others are copied").isTrue();
        assertThat(held(2)).as("the version before stays").isTrue();
        assertThat(backups.status().runs().get(Work.OBJECTS).unreadable()).isEqualTo(1);
        assertThat(new BackupMetrics(backups).text())
                .contains("arketic_backup_unreadable_objects{work=\"objects\"} 1.000");
        stack.library().put(2, Library.text(2));
        assertThat(backups.copyObjects()).isEmpty();
        assertThat(new BackupMetrics(backups).text())
                .contains("arketic_backup_unreadable_objects{work=\"objects\"} 0.000");
    }

    @Test
    @Order(4)
    void theRepositoryAndItsKeyAreEnoughOnAnotherMachine() throws Exception {
        StackSettings bare = StackSettings.of(
                stack.root,
                Map.of(
                        "ARKETIC_HOME", stack.home.resolve("bare").toString(),
                        "ARKETIC_BACKUP_DIRECTORY",
                                stack.settings.backupRepository().toString(),
                        "ARKETIC_BACKUP_KEY", stack.settings.backupKey()));
        Path target = stack.home.resolve("restored");
        List<String> seen = new ArrayList<>();

        new Restore(new Backups(bare), null).into(target, there -> {
            seen.add(BackedUpStack.object(there, BUCKET, Library.keyOf(2)));
            seen.add(BackedUpStack.one(there.owner(), "select count(*) from knowledge_documents"));
        });

        assertThat(seen).containsExactly(Library.text(2), String.valueOf(DOCUMENTS));
        assertThat(target.resolve("keyset.json")).hasContent("the keys of encrypted columns");
        assertThat(target.resolve("secrets.properties"))
                .hasSameTextualContentAs(stack.home.resolve("secrets.properties"));
    }

    @Test
    @Order(5)
    void noSecretIsReadableInTheRepository() throws IOException {
        String secret = stack.settings.owner().password();
        try (Stream<Path> files = Files.walk(stack.settings.backupRepository())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertThat(text.contains(stack.settings.backupKey())
                                || text.contains(secret)
                                || text.contains(Library.text(2)))
                        .as(file.toString())
                        .isFalse();
            }
        }
    }

    @Test
    @Order(6)
    void aLogThatTheRepositoryDoesNotTakeIsDroppedAtItsLimitAndTheGapIsClosedByABackup() throws Exception {
        Path repository = stack.settings.backupRepository();
        Path unmounted = repository.resolveSibling("unmounted");
        Files.move(repository, unmounted);
        try {
            for (int segment = 0; segment < 2 * BackedUpStack.QUEUE_SEGMENTS; segment++) {
                stack.one("select pg_logical_emit_message(true, 'test', 'some')::text");
                stack.one("select pg_switch_wal()::text");
            }
            Instant deadline = Instant.now().plusSeconds(180);
            while (backups.archive().bytes() > (BackedUpStack.QUEUE_SEGMENTS + 1L) * (16 << 20)) {
                assertThat(Instant.now()).as("dropped in time").isBefore(deadline);
                Thread.onSpinWait();
            }
            assertThat(new BackupMetrics(backups).text()).contains("arketic_backup_repository_usable 0");
            assertThat(repository).as("no repository on another disk").doesNotExist();
            backups.archive().look();
        } finally {
            Files.move(unmounted, repository);
        }
        assertThat(new BackupMetrics(backups).text()).contains("arketic_backup_archive_gap 1");

        backups.now(Work.INCREMENTAL);

        assertThat(new BackupMetrics(backups).text())
                .contains("arketic_backup_archive_gap 0")
                .contains("arketic_backup_repository_usable 1");
    }

    @Test
    @Order(7)
    void damageOfAPageAndOfAnObjectAndAYoungMissingObjectAreFound() throws Exception {
        stack.library().index(DOCUMENTS + 1);
        try (S3Store store = Backups.store(stack.settings)) {
            store.remove(BUCKET, stack.library().key(DOCUMENTS + 1));
        }
        backups.copyObjects();
        stack.archive();
        try (Stream<Path> files = Files.walk(stack.settings.backupRepository())) {
            damage(files.filter(file -> file.toString().contains("pg_data/base/"))
                    .filter(Files::isRegularFile)
                    .max(Comparator.comparingLong(file -> file.toFile().length()))
                    .orElseThrow());
        }
        damage(backups.objects().content(Objects.requireNonNull(entry(3).sha256())));

        List<String> lines = new ArrayList<>();
        assertThat(BackupCommand.verified(backups, lines::add))
                .anyMatch(failure -> failure.startsWith("repository: ") && failure.contains("invalid"))
                .anyMatch(failure -> failure.startsWith("copies: ")
                        && failure.contains(stack.library().key(3)));
        Run verification = backups.status().runs().get(Work.VERIFICATION);
        assertThat(verification.failure()).contains("repository: ");
        assertThat(new BackupMetrics(backups).text())
                .contains("arketic_backup_last_result{work=\"verification\"} 0.000");
        assertThat(held(3)).isFalse();

        backups.now(Work.FULL);

        assertThat(held(3)).as("copied again").isTrue();
        assertThat(BackupCommand.verified(backups, lines::add))
                .anyMatch(failure -> failure.startsWith("objects: no copy of ")
                        && failure.contains(stack.library().key(DOCUMENTS + 1)));
    }

    private ObjectEntry entry(int document) throws IOException {
        return Objects.requireNonNull(backups.objects()
                .journal()
                .at(Instant.MAX)
                .get(BUCKET + "/" + stack.library().key(document)));
    }

    private boolean held(int document) throws IOException {
        return backups.objects().isWhole(entry(document));
    }

    private static Map<String, String> files(Path directory) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(file.toString(), Files.getLastModifiedTime(file) + " " + Files.readString(file));
            }
        }
        return contents;
    }

    private static void damage(Path file) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(bytes.length() / 2);
            int was = bytes.read();
            bytes.seek(bytes.length() / 2);
            bytes.write(was ^ 0x55);
        }
    }
}
