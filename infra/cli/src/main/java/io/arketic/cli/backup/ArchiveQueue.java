package io.arketic.cli.backup;

import io.arketic.services.DatabaseAccess;
import io.arketic.services.LocalStack;
import io.arketic.services.StackSettings;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Stream;

/**
 * Watches the log of the database on its way to the archive. If more waits than {@link StackSettings#backupQueue} allows,
 * pgBackRest drops it, so that it does not fill the disk. No time after such a gap can be restored until the next backup of
 * the database has succeeded.
 */
record ArchiveQueue(StackSettings settings) {

    private static final long SEGMENT_BYTES = 16L << 20;

    /** Returns the bytes of the log that wait for the archive. */
    long bytes() throws IOException {
        Path waiting = new LocalStack(settings).postgresData().resolve("pg_wal/archive_status");
        if (!Files.isDirectory(waiting)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(waiting)) {
            return files.filter(file -> file.toString().endsWith(".ready")).count() * SEGMENT_BYTES;
        }
    }

    /** Remembers a gap if the archive lacks the segment that pgBackRest said last to have stored. */
    void look() throws SQLException, IOException {
        DatabaseAccess owner = settings.owner();
        try (Connection connection = DriverManager.getConnection(owner.url(), owner.user(), owner.password());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select last_archived_wal from pg_stat_archiver")) {
            row.next();
            String segment = row.getString(1);
            if (segment == null || !segment.matches("[0-9A-F]{24}")) {
                return;
            }
            if (isArchived(segment)) {
                Files.writeString(seen(), segment);
            } else if (!Files.exists(seen()) || !Files.readString(seen()).equals(segment)) {
                Files.writeString(gap(), segment);
            }
        }
    }

    /** Holds the last segment that was seen in the archive: a repository that goes missing makes no gap by itself. */
    private Path seen() {
        return settings.directory().resolve("backup").resolve("archived");
    }

    private boolean isArchived(String segment) throws IOException {
        Path archive = settings.backupRepository().resolve("postgresql/archive");
        PathMatcher name = FileSystems.getDefault().getPathMatcher("glob:" + segment + "-*");
        if (!Files.isDirectory(archive)) {
            return false;
        }
        try (Stream<Path> clusters = Files.find(archive, 2, (path, attributes) -> attributes.isDirectory())) {
            for (Path cluster : clusters.toList()) {
                Path directory = cluster.resolve(segment.substring(0, 16));
                if (Files.isDirectory(directory)) {
                    try (Stream<Path> files = Files.list(directory)) {
                        if (files.anyMatch(file -> name.matches(file.getFileName()))) {
                            return true;
                        }
                    }
                }
            }
        }
        return false;
    }

    /** Returns whether segments were dropped since the last backup of the database. */
    boolean hasGap() {
        return Files.exists(gap());
    }

    /** Notes that a backup of the database has succeeded since. */
    void closeGap() throws IOException {
        Files.deleteIfExists(gap());
    }

    private Path gap() {
        return settings.directory().resolve("backup").resolve("gap");
    }
}
