package io.arketic.cli.backup;

import com.sun.net.httpserver.HttpServer;
import io.arketic.cli.stack.BackupStatus.Run;
import io.arketic.cli.stack.BackupStatus.Work;
import io.arketic.cli.stack.Stack;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Backs up a running stack on schedule, and serves the results as metrics. It keeps no state: after a restart, it goes by
 * the times of the last runs. No failure ends it: it is counted, and the next run comes.
 */
final class BackupSchedule {

    private static final Duration OBJECTS_EVERY = Duration.ofSeconds(45);

    /** Is at most the pause between two listings of the objects; the alert on late copies comes after ten minutes. */
    private static final Duration OBJECTS_AT_LEAST_EVERY = Duration.ofMinutes(5);

    /** Keeps the share of a listing's time in all time below a tenth. */
    private static final int PAUSE_PER_LISTING = 9;

    private static final Duration DATABASE_EVERY = Duration.ofHours(1);
    private static final Duration VERIFICATION_EVERY = Duration.ofDays(7);

    private static final Duration PAUSE = Duration.ofMinutes(5);

    /** A check restores the whole database, and copies and backups wait for it. */
    private static final Duration VERIFICATION_PAUSE = Duration.ofHours(6);

    private final Backups backups;
    private final BackupMetrics metrics;
    private final Map<Work, Instant> pausedUntil = new EnumMap<>(Work.class);

    BackupSchedule(Backups backups, BackupMetrics metrics) {
        this.backups = backups;
        this.metrics = metrics;
    }

    /** @param arguments the port of the metrics */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        var backups = new Backups(Stack.current().settings());
        var metrics = new BackupMetrics(backups);
        serve(metrics, Integer.parseInt(arguments[0]));
        var schedule = new BackupSchedule(backups, metrics);
        while (true) {
            schedule.round();
            TimeUnit.SECONDS.sleep(1);
        }
    }

    private static void serve(BackupMetrics metrics, int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/metrics", exchange -> {
            try (exchange) {
                byte[] text = metrics.text().getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
                exchange.sendResponseHeaders(200, text.length);
                exchange.getResponseBody().write(text);
            }
        });
        server.start();
    }

    /** Runs what is due. */
    void round() throws InterruptedException {
        if (isDue(Work.OBJECTS, OBJECTS_EVERY)) {
            lookAtArchive();
            Instant began = Instant.now();
            attempt(Work.OBJECTS, () -> {
                int unreadable = backups.copyObjects().size();
                return unreadable == 0 ? "" : unreadable + " objects cannot be read";
            });
            pause(Work.OBJECTS, pauseAfter(Duration.between(began, Instant.now())));
        }
        if (isDatabaseDue()) {
            attempt(databaseWork(), () -> {
                Backups.Made made = backups.now(backups.due());
                return "backup " + made.set().label()
                        + (made.isComplete()
                                ? ""
                                : ", complete except " + made.unreadable().size() + " objects");
            });
        }
        if (isBackedUp() && isDue(Work.VERIFICATION, VERIFICATION_EVERY)) {
            attempt(Work.VERIFICATION, () -> {
                var failures = BackupCommand.verified(backups, System.out::println);
                return failures.isEmpty() ? "the newest backup is whole" : failures.size() + " checks failed";
            });
        }
    }

    private void lookAtArchive() {
        try {
            backups.archive().look();
        } catch (SQLException | IOException | RuntimeException e) {
            System.out.println(Instant.now() + " the archive cannot be watched: " + e.getMessage());
        }
    }

    /** A listing of many objects costs the store much, so it comes less often. */
    static Duration pauseAfter(Duration listing) {
        Duration pause = listing.multipliedBy(PAUSE_PER_LISTING);
        return pause.compareTo(OBJECTS_EVERY) < 0
                ? OBJECTS_EVERY
                : pause.compareTo(OBJECTS_AT_LEAST_EVERY) > 0 ? OBJECTS_AT_LEAST_EVERY : pause;
    }

    /** A full backup serves for an incremental one, too; after a gap in the archive no other backup helps. */
    private boolean isDatabaseDue() {
        Work work = databaseWork();
        if (backups.archive().hasGap()) {
            return !isPaused(work);
        }
        try {
            return work == Work.FULL
                    ? isDue(Work.FULL, Backups.FULL_EVERY)
                    : backups.status()
                                    .backedUp()
                                    .orElse(Instant.MIN)
                                    .isBefore(Instant.now().minus(DATABASE_EVERY))
                            && isDue(Work.INCREMENTAL, DATABASE_EVERY);
        } catch (IOException e) {
            return !isPaused(work);
        }
    }

    private Work databaseWork() {
        try {
            return backups.due();
        } catch (IOException e) {
            return Work.FULL;
        }
    }

    private boolean isBackedUp() {
        try {
            return backups.status().backedUp().isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    /** Without a readable status, a work is due: the run says what is wrong. */
    private boolean isDue(Work work, Duration every) {
        if (isPaused(work)) {
            return false;
        }
        try {
            Run last = backups.status().runs().get(work);
            if (last == null) {
                return true;
            }
            Instant now = Instant.now();
            boolean late = last.succeeded() == null || last.succeeded().isBefore(now.minus(every));
            return late
                    && (last.failure().isEmpty()
                            || last.ended().isBefore(now.minus(shorter(every, pauseAfterFailure(work)))));
        } catch (IOException e) {
            return true;
        }
    }

    private static Duration pauseAfterFailure(Work work) {
        return work == Work.VERIFICATION ? VERIFICATION_PAUSE : PAUSE;
    }

    private boolean isPaused(Work work) {
        return pausedUntil.getOrDefault(work, Instant.MIN).isAfter(Instant.now());
    }

    private void pause(Work work, Duration pause) {
        pausedUntil.put(work, Instant.now().plus(pause));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private interface Attempt {
        String run() throws Exception;
    }

    private void attempt(Work work, Attempt attempt) throws InterruptedException {
        String said;
        try {
            said = attempt.run();
        } catch (InterruptedException e) {
            throw e;
        } catch (Throwable e) {
            // An error of the JVM, too: what follows may have the memory that this run lacked.
            said = work + " failed: " + e;
            metrics.failed(work);
            pause(work, pauseAfterFailure(work));
        }
        if (!said.isEmpty()) {
            System.out.println(Instant.now() + " " + said);
        }
    }
}
