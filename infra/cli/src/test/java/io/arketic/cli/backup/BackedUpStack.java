package io.arketic.cli.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.cli.stack.BackupStatus.Work;
import io.arketic.cli.stack.StackProgress;
import io.arketic.cli.terminal.FileTree;
import io.arketic.cli.terminal.Terminal;
import io.arketic.schema.migration.RolePasswords;
import io.arketic.schema.migration.SchemaMigrator;
import io.arketic.schema.tenancy.DatabaseSettings;
import io.arketic.services.DataServices;
import io.arketic.services.DatabaseAccess;
import io.arketic.services.Fixtures;
import io.arketic.services.LocalStack;
import io.arketic.services.StackSettings;
import io.arketic.store.S3Store;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Runs database and store of a stack whose documents were backed up in full. */
final class BackedUpStack implements AutoCloseable {

    static final String BUCKET = "knowledge";
    static final int DOCUMENTS = 6;

    /** Is the limit of the queue of the archive, in segments. */
    static final int QUEUE_SEGMENTS = 6;

    final Path root = Path.of(System.getProperty("arketic.root"));
    final Path home =
            root.resolve(".arketic/test/backup-" + ProcessHandle.current().pid());
    final StackSettings settings = StackSettings.of(
            root,
            Map.of(
                    "ARKETIC_HOME", home.toString(),
                    "ARKETIC_STACK_OPTIONS", "backup",
                    "ARKETIC_BACKUP_QUEUE", QUEUE_SEGMENTS * 16 + "MiB",
                    "ARKETIC_PORT_POSTGRES", String.valueOf(Fixtures.freePort()),
                    "ARKETIC_PORT_STORE", String.valueOf(Fixtures.freePort())));
    final LocalStack local = new LocalStack(settings);
    final Backups backups = new Backups(settings);
    private @Nullable DataServices services;
    private @Nullable Library library;

    BackedUpStack() throws Exception {
        try {
            services = local.startData(true);
            execute(settings.owner().url().replaceFirst("/arketic$", "/postgres"), "create database arketic");
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
                library().index(document);
            }
            library().cite();
            backups.now(Work.FULL);
        } catch (Exception | AssertionError e) {
            close();
            throw e;
        }
    }

    Library library() {
        if (library == null) {
            throw new IllegalStateException("the stack is stopped");
        }
        return library;
    }

    /** Returns the settings of a process with other variables. */
    StackSettings with(Map<String, String> changes) {
        var environment = new TreeMap<>(settings.environment());
        environment.putAll(changes);
        return StackSettings.of(root, environment);
    }

    void stop() throws InterruptedException {
        if (library != null) {
            library.close();
            library = null;
        }
        if (services != null) {
            services.close();
            services = null;
        }
    }

    void start() throws Exception {
        services = local.startData(true);
        library = Library.open(settings);
    }

    /** Ends the segment of the log and waits until it is in the archive. */
    void archive() throws Exception {
        String segment = one("select pg_walfile_name(pg_switch_wal())");
        Instant deadline = Instant.now().plusSeconds(120);
        while (one("select coalesce(last_archived_wal, '') from pg_stat_archiver")
                        .compareTo(segment)
                < 0) {
            assertThat(Instant.now()).as("archived in time").isBefore(deadline);
            Thread.onSpinWait();
        }
    }

    Instant time() throws SQLException {
        return Instant.parse(
                one("select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"));
    }

    static String object(StackSettings there, String bucket, String key) throws Exception {
        var bytes = new ByteArrayOutputStream();
        try (S3Store store = Backups.store(there);
                var content = store.get(bucket, key)) {
            content.bytes().transferTo(bytes);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    String one(String query) throws SQLException {
        return one(settings.owner(), query);
    }

    static String one(DatabaseAccess access, String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(access.url(), access.user(), access.password());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    void execute(String statement) throws SQLException {
        execute(settings.owner().url(), statement);
    }

    private void execute(String url, String statement) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        url, settings.owner().user(), settings.owner().password());
                Statement executed = connection.createStatement()) {
            executed.execute(statement);
        }
    }

    @Override
    public void close() throws Exception {
        stop();
        local.down(new StackProgress(Terminal.system()));
        FileTree.delete(home);
    }
}
