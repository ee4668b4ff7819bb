package io.arketic.cli.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.cli.stack.BackupStatus.Run;
import io.arketic.cli.stack.BackupStatus.Work;
import io.arketic.cli.stack.StackProgress;
import io.arketic.cli.terminal.Terminal;
import io.arketic.schema.migration.RolePasswords;
import io.arketic.schema.migration.SchemaMigrator;
import io.arketic.schema.tenancy.DatabaseSettings;
import io.arketic.services.DataServices;
import io.arketic.services.Fixtures;
import io.arketic.services.LocalStack;
import io.arketic.services.StackSettings;
import io.arketic.store.S3Store;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    private static final String BUCKET = "knowledge";
    private static final int DOCUMENTS = 6;

    private final Path root = Path.of(System.getProperty("arketic.root"));
    private final Path home =
            root.resolve(".arketic/test/backup-" + ProcessHandle.current().pid());
    private final StackSettings settings = StackSettings.of(
            root,
            Map.of(
                    "ARKETIC_HOME", home.toString(),
                    "ARKETIC_STACK_OPTIONS", "backup",
                    "ARKETIC_PORT_POSTGRES", String.valueOf(Fixtures.freePort()),
                    "ARKETIC_PORT_STORE", String.valueOf(Fixtures.freePort())));
    private final LocalStack local = new LocalStack(settings);
    private final Backups backups = new Backups(settings);
    private DataServices services;
    private Library library;

    @BeforeAll
    void start() throws Exception {
        services = local.startData(true);
        String maintenance = settings.owner().url().replaceFirst("/arketic$", "/postgres");
        execute(maintenance, "create database arketic");
        new SchemaMigrator(
                        new DatabaseSettings(
                                settings.owner().url(),
                                settings.owner().user(),
                                settings.owner().password(),
                                1),
                        new RolePasswords(
                                settings.application().password(),
                                settings.ingest().password(),
                                settings.maintenance().password()))
                .migrate();
        try (S3Store store = Backups.store(settings)) {
            store.makeBucket(BUCKET);
        }
        Files.writeString(settings.keysetFile(), "the keys of encrypted columns");
        library = Library.create(settings);
        for (int document = 0; document < DOCUMENTS; document++) {
            library.index(document);
        }
        library.cite();
        backups.now(Work.FULL);
    }

    @AfterAll
    void stop() throws Exception {
        library.close();
        services.close();
        local.down(new StackProgress(Terminal.system()));
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    @Test
    @Order(1)
    void aWholeBackupPassesEveryCheck() throws Exception {
        List<String> lines = new ArrayList<>();

        assertThat(new Verification(backups, lines::add).run()).isEmpty();

        assertThat(lines)
                .hasSize(11)
                .anyMatch(line -> line.contains("ledger") && line.contains(DOCUMENTS + " versions = " + DOCUMENTS))
                .anyMatch(line -> line.contains("citations") && line.contains(DOCUMENTS + " followed"))
                .anyMatch(line -> line.contains("copies") && line.contains(DOCUMENTS + " objects"));
        assertThat(backups.due()).isEqualTo(Work.INCREMENTAL);
        Run full = backups.status().runs().get(Work.FULL);
        assertThat(full.failure()).isEmpty();
        assertThat(full.bytes()).isPositive();
        assertThat(backups.status().metrics())
                .contains("arketic_backup_last_result{work=\"full\"} 1.000")
                .contains("arketic_backup_last_success_timestamp_seconds{work=\"objects\"}");
    }

    @Test
    @Order(2)
    void aDroppedTableAndDeletedObjectsComeBackAsTheyWere() throws Exception {
        library.index(DOCUMENTS);
        backups.copyObjects();
        library.index(DOCUMENTS + 1); // Neither in a backup nor among the copies at the time that is restored.
        Instant then = time();
        execute(settings.owner().url(), "drop table message_citations cascade");
        try (S3Store store = Backups.store(settings)) {
            store.remove(BUCKET, library.key(0));
            store.remove(BUCKET, library.key(DOCUMENTS));
            library.put(1, "Other bytes under the same key");
        }
        backups.copyObjects();
        archive();
        library.close();
        services.close();

        Restore.Restored restored =
                new Restore(backups, then).inPlace(local, settings.directory().resolve("before"));

        assertThat(restored.needed().missing()).isEmpty();
        assertThat(restored.put()).isEqualTo(3);
        services = local.startData(true);
        assertThat(one("select count(*) from message_citations")).isEqualTo(String.valueOf(DOCUMENTS));
        assertThat(one("select count(*) from knowledge_documents where status = 'completed'"))
                .isEqualTo(String.valueOf(DOCUMENTS + 2));
        for (int document = 0; document < DOCUMENTS + 2; document++) {
            assertThat(object(settings, document)).isEqualTo(Library.text(document));
        }
        library = library.reopened();
        assertThat(backups.now(Work.INCREMENTAL).type())
                .as("of the restored cluster")
                .isEqualTo("incr");
    }

    @Test
    @Order(3)
    void theRepositoryAndItsKeyAreEnoughOnAnotherMachine() throws Exception {
        StackSettings bare = StackSettings.of(
                root,
                Map.of(
                        "ARKETIC_HOME", home.resolve("bare").toString(),
                        "ARKETIC_BACKUP_DIRECTORY", settings.backupRepository().toString(),
                        "ARKETIC_BACKUP_KEY", settings.backupKey()));
        Path target = home.resolve("restored");
        List<String> seen = new ArrayList<>();

        new Restore(new Backups(bare), null).into(target, there -> {
            seen.add(object(there, 2));
            seen.add(one(there.owner().url(), there.owner().password(), "select count(*) from knowledge_documents"));
        });

        assertThat(seen).containsExactly(Library.text(2), String.valueOf(DOCUMENTS + 2));
        assertThat(target.resolve("keyset.json")).hasContent("the keys of encrypted columns");
        assertThat(target.resolve("secrets.properties")).hasSameTextualContentAs(home.resolve("secrets.properties"));
    }

    @Test
    @Order(4)
    void noSecretIsReadableInTheRepository() throws IOException {
        byte[] secret = settings.owner().password().getBytes(StandardCharsets.ISO_8859_1);
        try (Stream<Path> files = Files.walk(settings.backupRepository())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertThat(text.contains(settings.backupKey())
                                || text.contains(new String(secret, StandardCharsets.ISO_8859_1))
                                || text.contains(Library.text(2)))
                        .as(file.toString())
                        .isFalse();
            }
        }
    }

    @Test
    @Order(5)
    void damageOfAPageAndOfAnObjectIsFound() throws Exception {
        try (Stream<Path> files = Files.walk(settings.backupRepository())) {
            damage(files.filter(file -> file.toString().contains("pg_data/base/"))
                    .filter(Files::isRegularFile)
                    .max(Comparator.comparingLong(file -> file.toFile().length()))
                    .orElseThrow());
        }
        ObjectEntry copied = Objects.requireNonNull(
                backups.objects().journal().at(Instant.MAX).get(BUCKET + "/" + library.key(3)));
        damage(backups.objects().content(Objects.requireNonNull(copied.sha256())));

        List<String> lines = new ArrayList<>();
        assertThat(BackupCommand.verified(backups, lines::add))
                .anyMatch(failure -> failure.startsWith("repository: ") && failure.contains("invalid"))
                .anyMatch(failure -> failure.startsWith("copies: ") && failure.contains(library.key(3)));
        Run verification = backups.status().runs().get(Work.VERIFICATION);
        assertThat(verification.failure()).contains("repository: ");
        assertThat(backups.status().metrics()).contains("arketic_backup_last_result{work=\"verification\"} 0.000");
    }

    private static void damage(Path file) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(bytes.length() / 2);
            int was = bytes.read();
            bytes.seek(bytes.length() / 2);
            bytes.write(was ^ 0x55);
        }
    }

    /** Ends the segment of the log and waits until it is in the archive. */
    private void archive() throws Exception {
        String segment = one("select pg_walfile_name(pg_switch_wal())");
        Instant deadline = Instant.now().plusSeconds(120);
        while (one("select coalesce(last_archived_wal, '') from pg_stat_archiver")
                        .compareTo(segment)
                < 0) {
            assertThat(Instant.now()).as("archived in time").isBefore(deadline);
            Thread.onSpinWait();
        }
    }

    private Instant time() throws SQLException {
        return Instant.parse(
                one("select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"));
    }

    private static String object(StackSettings there, int document) throws Exception {
        var bytes = new ByteArrayOutputStream();
        try (S3Store store = Backups.store(there);
                var content = store.get(BUCKET, Library.keyOf(document))) {
            content.bytes().transferTo(bytes);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private String one(String query) throws SQLException {
        return one(settings.owner().url(), settings.owner().password(), query);
    }

    private static String one(String url, String password, String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, "postgres", password);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    private void execute(String url, String statement) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        url, "postgres", settings.owner().password());
                Statement executed = connection.createStatement()) {
            executed.execute(statement);
        }
    }
}
