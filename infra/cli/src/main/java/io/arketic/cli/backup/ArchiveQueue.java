package io.arketic.cli.backup;

import io.arketic.services.DatabaseAccess;
import io.arketic.services.LocalStack;
import io.arketic.services.StackSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Watches the log of the database on its way to the archive. If more waits than {@link StackSettings#backupQueue} allows,
 * pgBackRest drops it, so that it does not fill the disk. No time after such a gap can be restored until the next backup of
 * the database has succeeded.
 */
record ArchiveQueue(StackSettings settings) {

    private static final long SEGMENT_BYTES = 16L << 20;
    private static final long SEGMENTS_PER_FILE = (4L << 30) / SEGMENT_BYTES;
    private static final int TIMELINE_DIGITS = 8;
    private static final String SEGMENT = "[0-9A-F]{24}";

    /** Returns the bytes of the log that wait for the archive. */
    long bytes() throws IOException, InterruptedException {
        Path waiting = new LocalStack(settings).primaryData().resolve("pg_wal/archive_status");
        if (!Files.isDirectory(waiting)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(waiting)) {
            return files.filter(file -> file.toString().endsWith(".ready")).count() * SEGMENT_BYTES;
        }
    }

    /** Remembers a gap if the archive lacks a segment of those that pgBackRest said to have stored since the last look. */
    void look() throws SQLException, IOException {
        DatabaseAccess owner = settings.owner();
        try (Connection connection = DriverManager.getConnection(owner.url(), owner.user(), owner.password());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select last_archived_wal from pg_stat_archiver")) {
            row.next();
            String segment = row.getString(1);
            if (segment == null || !segment.matches(SEGMENT)) {
                return;
            }
            String before = before();
            boolean whole = isArchived(segment) ? isWhole(before, segment) : before.equals(segment);
            if (!whole) {
                Files.writeString(gap(), segment);
            }
            // A segment that was dropped is looked for once.
            Files.writeString(seen(), segment);
        }
    }

    private String before() throws IOException {
        String before = Files.exists(seen()) ? Files.readString(seen()) : "";
        return before.matches(SEGMENT) ? before : "";
    }

    /** Holds the last segment that was looked for: a repository that goes missing makes no gap by itself. */
    private Path seen() {
        return settings.directory().resolve("backup").resolve("archived");
    }

    private boolean isArchived(String segment) throws IOException {
        return archived(segment, segment).contains(segment);
    }

    /**
     * Returns whether the archive has all segments between two. After old segments have expired there is no first segment to
     * count from. A restore begins a new timeline; so does a failover, and the former primary may have ended before it archived
     * its last segments. The archive does not tell which it was, so that a pair of servers counts each as a gap.
     */
    boolean isWhole(String first, String last) throws IOException {
        if (!first.regionMatches(0, last, 0, TIMELINE_DIGITS)) {
            return first.isEmpty() || !settings.isReplicated();
        }
        Set<String> archived = archived(first, last);
        return !archived.contains(first) || archived.size() == number(last) - number(first) + 1;
    }

    /** Returns the number of a segment in its timeline; the name has 8 digits each for timeline, file and segment. */
    private static long number(String segment) {
        return Long.parseLong(segment.substring(8, 16), 16) * SEGMENTS_PER_FILE
                + Long.parseLong(segment.substring(16), 16);
    }

    /** Returns the segments of the archive from one to another. */
    private Set<String> archived(String first, String last) throws IOException {
        Path archive = settings.backupRepository().resolve("postgresql/archive");
        Set<String> found = new HashSet<>();
        if (!Files.isDirectory(archive)) {
            return found;
        }
        try (Stream<Path> directories = Files.find(archive, 3, (path, attributes) -> attributes.isDirectory())) {
            for (Path directory : directories.toList()) {
                String name = directory.getFileName().toString();
                if (name.matches("[0-9A-F]{16}")
                        && name.compareTo(first.substring(0, 16)) >= 0
                        && name.compareTo(last.substring(0, 16)) <= 0) {
                    try (Stream<Path> files = Files.list(directory)) {
                        files.map(file -> file.getFileName().toString())
                                .filter(file -> file.matches(SEGMENT + "-.*"))
                                .map(file -> file.substring(0, 24))
                                .filter(file -> file.compareTo(first) >= 0 && file.compareTo(last) <= 0)
                                .forEach(found::add);
                    }
                }
            }
        }
        return found;
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
