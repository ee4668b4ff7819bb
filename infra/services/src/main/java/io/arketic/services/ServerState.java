package io.arketic.services;

import io.arketic.services.ServiceException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells what the data of a PostgreSQL server that has ended say about its last life.
 *
 * @param data the directory of the data
 * @param usable whether the data are there and no copy in progress
 * @param timeline the latest timeline that the server wrote or replayed; each promotion begins a new one
 * @param primary whether the server was a primary when it ended
 */
record ServerState(Path data, boolean usable, long timeline, boolean primary) {

    private static final Pattern FIELD = Pattern.compile("(?m)^([^:\\n]+): +(.*)$");
    private static final Set<String> OF_PRIMARY = Set.of("in production", "shut down", "shutting down");

    /** @param programs the directory of {@code pg_controldata} */
    static ServerState of(Path programs, Path data) throws IOException, InterruptedException {
        if (!Files.exists(data.resolve("global/pg_control"))) {
            return new ServerState(data, false, 0, false);
        }
        var builder = new ProcessBuilder(programs.resolve("pg_controldata").toString(), data.toString())
                .redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new ServiceException(Reason.SYSTEM, "pg_controldata cannot read " + data + ": " + output.strip());
        }
        // pg_basebackup and pg_rewind leave this file until the server has replayed what the copy lacks.
        return of(data, output, Files.exists(data.resolve("backup_label")));
    }

    /** Reads the output of {@code pg_controldata}. */
    static ServerState of(Path data, String control, boolean copy) {
        Map<String, String> fields = new TreeMap<>();
        Matcher matcher = FIELD.matcher(control);
        while (matcher.find()) {
            fields.put(matcher.group(1), matcher.group(2).strip());
        }
        // A promotion notes its timeline as that of the end of recovery, before its first checkpoint.
        long timeline = Math.max(
                number(fields, "Latest checkpoint's TimeLineID"), number(fields, "Min recovery ending loc's timeline"));
        return new ServerState(
                data, !copy, timeline, OF_PRIMARY.contains(fields.getOrDefault("Database cluster state", "")));
    }

    private static long number(Map<String, String> fields, String name) {
        return Long.parseLong(fields.getOrDefault(name, "0"));
    }

    /**
     * Returns whether this server, and not the other, has every acknowledged commit. The later timeline decides, since only a
     * server with every commit is promoted; on the same timeline it is the primary.
     *
     * @throws ServiceException if the data do not tell
     */
    boolean isLaterThan(ServerState other) {
        if (usable != other.usable) {
            return usable;
        }
        if (usable && timeline != other.timeline) {
            return timeline > other.timeline;
        }
        if (usable && primary != other.primary) {
            return primary;
        }
        throw new ServiceException(
                Reason.SYSTEM,
                "The data do not tell whether " + data + " or " + other.data + " was the last primary, so that one"
                        + " may lack commits of the other. Start both, and stop them again: infra/arketic up --replica,"
                        + " then down");
    }
}
