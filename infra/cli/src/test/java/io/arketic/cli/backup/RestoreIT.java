package io.arketic.cli.backup;

import static io.arketic.cli.backup.BackedUpStack.BUCKET;
import static io.arketic.cli.backup.BackedUpStack.DOCUMENTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.arketic.cli.backup.RestoreException.Reason;
import io.arketic.cli.stack.BackupStatus.Work;
import io.arketic.cli.terminal.FileTree;
import io.arketic.services.LocalStack;
import io.arketic.services.StackSettings;
import io.arketic.store.S3Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** Tests a restore in place: what it refuses while the stack runs, and that it keeps what it overwrites. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RestoreIT {

    private static final Restore.Stop NEVER = () -> {
        throw new AssertionError("the stack is stopped before all is checked");
    };

    private BackedUpStack stack;

    @BeforeAll
    void start() throws Exception {
        stack = new BackedUpStack();
    }

    @AfterAll
    void stop() throws Exception {
        if (stack != null) {
            stack.close();
        }
    }

    @Test
    @Order(1)
    void whatCannotBeRestoredIsRefusedWhileTheStackRuns() throws Exception {
        refused(Reason.OTHER_KEY, stack.with(Map.of("ARKETIC_BACKUP_KEY", "another key")), null);
        refused(
                Reason.NO_REPOSITORY,
                stack.with(Map.of(
                        "ARKETIC_BACKUP_DIRECTORY", stack.home.resolve("none").toString())),
                null);
        refused(Reason.TIME_TOO_EARLY, stack.settings, Instant.parse("2001-01-01T00:00:00Z"));
        refused(Reason.TIME_TOO_LATE, stack.settings, Instant.now().plus(Duration.ofHours(1)));
        refused(Reason.OTHER_PASSWORD, otherStack(stack.settings.backupRepository()), null);
        assertThatThrownBy(() -> RestoreChecks.requireSpace(stack.home, Long.MAX_VALUE / 2))
                .isInstanceOfSatisfying(
                        RestoreException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NO_SPACE));
        assertReason(
                Reason.OTHER_DISK,
                () -> RestoreChecks.requireOneDisk(
                        stack.home.resolve("scratch"), List.of(stack.home.resolve("data"), Path.of("/proc"))));
        assertThat(stack.home.resolve("none")).doesNotExist();
        assertThat(stack.one("select count(*) from message_citations")).isEqualTo(String.valueOf(DOCUMENTS));
    }

    @Test
    @Order(2)
    void aPasswordThatOnlyTheDatabaseKnowsEndsTheRestoreAtOnce() throws Exception {
        Path repository = stack.home.resolve("without-settings");
        Path from = stack.settings.backupRepository();
        try (var files = Files.walk(from)) {
            for (Path file : files.toList()) {
                if (!file.startsWith(from.resolve("settings"))) {
                    Files.copy(file, repository.resolve(from.relativize(file).toString()));
                }
            }
        }
        StackSettings other = otherStack(repository);

        assertReason(
                Reason.OTHER_PASSWORD,
                () -> new Restore(new Backups(other), null)
                        .inPlace(new LocalStack(other), Restore.aside(other), () -> {}));

        assertThat(other.directory().resolve("scratch/restore")).doesNotExist();
        assertThat(other.directory().resolve("postgresql")).doesNotExist();
    }

    @Test
    @Order(3)
    void objectsArePutBackAfterAnInterruptionAndAroundOneThatFails() throws Exception {
        Map<String, ObjectEntry> copied = stack.backups.objects().journal().at(Instant.MAX);
        for (int document = 0; document < 3; document++) {
            stack.library().put(document, "Newer bytes of " + document);
        }
        AtomicInteger asked = new AtomicInteger();

        ObjectRestore interrupted = ObjectRestore.into(
                stack.backups, stack.settings, "before-restore-interrupted", () -> asked.incrementAndGet() > 5);
        assertThatThrownBy(() -> interrupted.write(copied)).hasMessageContaining("interrupted");
        for (int document = 0; document < 3; document++) {
            assertThat(BackedUpStack.object(stack.settings, BUCKET, Library.keyOf(document)))
                    .isEqualTo("Newer bytes of " + document);
        }

        ObjectRestore failing =
                ObjectRestore.into(stack.backups, stack.settings, "before-restore-failing", () -> false);
        assertThat(failing.write(copied).kept()).isEqualTo(3);
        try (S3Store store = Backups.store(stack.settings)) {
            store.remove("before-restore-failing", BUCKET + "/" + Library.keyOf(0));
        }
        var cause = new IOException("why");
        assertThatThrownBy(() -> failing.undo(cause))
                .hasMessageContaining("1 objects")
                .hasMessageContaining("before-restore-failing")
                .hasCause(cause);
        for (int document = 1; document < 3; document++) {
            assertThat(BackedUpStack.object(stack.settings, BUCKET, Library.keyOf(document)))
                    .isEqualTo("Newer bytes of " + document);
            stack.library().put(document, Library.text(document));
        }
    }

    @Test
    @Order(4)
    void aDroppedTableAndDeletedObjectsComeBackAsTheyWereAndOverwrittenOnesAreKept() throws Exception {
        stack.library().index(DOCUMENTS);
        stack.backups.copyObjects();
        stack.library().index(DOCUMENTS + 1); // Neither in a backup nor among the copies at the time that is restored.
        Instant then = stack.time();
        stack.execute("drop table message_citations cascade");
        try (S3Store store = Backups.store(stack.settings)) {
            store.remove(BUCKET, stack.library().key(0));
            store.remove(BUCKET, stack.library().key(DOCUMENTS));
            stack.library().put(1, "Other bytes under the same key");
        }
        stack.backups.copyObjects();
        stack.archive();
        Path aside = Restore.aside(stack.settings);

        Restore.Restored restored = new Restore(stack.backups, then).inPlace(stack.local, aside, stack::stop);

        assertThat(restored.lost()).isEmpty();
        assertThat(restored.written().put()).isEqualTo(3);
        assertThat(restored.written().kept()).isEqualTo(1);
        assertThat(aside.resolve("postgresql-data/PG_VERSION")).exists();
        stack.start();
        assertThat(BackedUpStack.object(
                        stack.settings,
                        restored.written().bucket(),
                        BUCKET + "/" + stack.library().key(1)))
                .isEqualTo("Other bytes under the same key");
        assertThat(stack.one("select count(*) from message_citations")).isEqualTo(String.valueOf(DOCUMENTS));
        assertThat(stack.one("select count(*) from knowledge_documents where status = 'completed'"))
                .isEqualTo(String.valueOf(DOCUMENTS + 2));
        for (int document = 0; document < DOCUMENTS + 2; document++) {
            assertThat(BackedUpStack.object(stack.settings, BUCKET, Library.keyOf(document)))
                    .isEqualTo(Library.text(document));
        }
        assertThat(stack.backups.now(Work.INCREMENTAL).set().type())
                .as("of the restored cluster")
                .isEqualTo("incr");
    }

    @Test
    @Order(5)
    void aSecondRestoreFindsWhatCameAfterTheFirst() throws Exception {
        stack.library().index(DOCUMENTS + 2);
        stack.backups.copyObjects();
        stack.archive();
        Path aside = Restore.aside(stack.settings);

        Restore.Restored restored = new Restore(stack.backups, null).inPlace(stack.local, aside, stack::stop);

        assertThat(restored.lost()).isEmpty();
        assertThat(restored.written().put()).isZero();
        Path killed = stack.local.postgresData().resolveSibling("data.restored");
        Files.createDirectories(killed.resolve("base"));
        stack.start();
        assertThat(killed).as("what a killed restore left").doesNotExist();
        assertThat(stack.one("select count(*) from knowledge_documents where status = 'completed'"))
                .as("the log of the first restore is in the archive")
                .isEqualTo(String.valueOf(DOCUMENTS + 3));
        FileTree.delete(aside);
    }

    /** Returns the settings of a stack with secrets of its own and the given repository. */
    private StackSettings otherStack(Path repository) {
        return StackSettings.of(
                stack.root,
                Map.of(
                        "ARKETIC_HOME", stack.home.resolve("other").toString(),
                        "ARKETIC_BACKUP_DIRECTORY", repository.toString(),
                        "ARKETIC_BACKUP_KEY", stack.settings.backupKey()));
    }

    private static void refused(Reason reason, StackSettings settings, @Nullable Instant at) {
        assertReason(
                reason,
                () -> new Restore(new Backups(settings), at)
                        .inPlace(new LocalStack(settings), Restore.aside(settings), NEVER));
    }

    private static void assertReason(Reason reason, ThrowingCallable restore) {
        assertThatThrownBy(restore)
                .isInstanceOfSatisfying(
                        RestoreException.class,
                        e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason))
                .hasMessageContaining("Nothing was changed");
    }
}
