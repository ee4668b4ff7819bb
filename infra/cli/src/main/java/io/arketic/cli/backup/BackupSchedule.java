package io.arketic.cli.backup;

import com.sun.net.httpserver.HttpServer;
import io.arketic.cli.stack.BackupStatus;
import io.arketic.cli.stack.BackupStatus.Run;
import io.arketic.cli.stack.BackupStatus.Work;
import io.arketic.cli.stack.Stack;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * Backs up a running stack on schedule, and serves the results as metrics. It keeps no state: after a restart, it goes by
 * the times of the last runs.
 */
final class BackupSchedule {

    private static final Duration OBJECTS_EVERY = Duration.ofSeconds(45);
    private static final Duration DATABASE_EVERY = Duration.ofHours(1);
    private static final Duration VERIFICATION_EVERY = Duration.ofDays(7);

    /** Sets the pause after a run that failed. */
    private static final Duration PAUSE = Duration.ofMinutes(5);

    private final Backups backups;

    private BackupSchedule(Backups backups) {
        this.backups = backups;
    }

    /** @param arguments the port of the metrics */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        var backups = new Backups(Stack.current().settings());
        serve(backups.status(), Integer.parseInt(arguments[0]));
        var schedule = new BackupSchedule(backups);
        while (!Thread.currentThread().isInterrupted()) {
            schedule.runDue();
            TimeUnit.SECONDS.sleep(1);
        }
    }

    private static void serve(BackupStatus status, int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/metrics", exchange -> {
            try (exchange) {
                byte[] text = status.metrics().getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
                exchange.sendResponseHeaders(200, text.length);
                exchange.getResponseBody().write(text);
            }
        });
        server.start();
    }

    private void runDue() throws InterruptedException, IOException {
        if (isDue(Work.OBJECTS, OBJECTS_EVERY)) {
            attempt("objects", () -> {
                backups.copyObjects();
                return "";
            });
        }
        Work type = backups.due();
        if (type == Work.FULL ? isDue(Work.FULL, Backups.FULL_EVERY) : isIncrementalDue()) {
            attempt("backup", () -> "backup " + backups.now(type).label());
        }
        boolean any = backups.status().backedUp().isPresent();
        if (any && isDue(Work.VERIFICATION, VERIFICATION_EVERY)) {
            attempt("verification", () -> {
                var failures = BackupCommand.verified(backups, System.out::println);
                return failures.isEmpty() ? "the newest backup is whole" : failures.size() + " checks failed";
            });
        }
    }

    /** A full backup serves for an incremental one, too. */
    private boolean isIncrementalDue() throws IOException {
        Instant last = backups.status().backedUp().orElse(Instant.MIN);
        return last.isBefore(Instant.now().minus(DATABASE_EVERY)) && isDue(Work.INCREMENTAL, DATABASE_EVERY);
    }

    private boolean isDue(Work work, Duration every) throws IOException {
        Run last = backups.status().runs().get(work);
        if (last == null) {
            return true;
        }
        Instant now = Instant.now();
        boolean late = last.succeeded() == null || last.succeeded().isBefore(now.minus(every));
        Duration pause = every.compareTo(PAUSE) < 0 ? every : PAUSE;
        return late && (last.failure().isEmpty() || last.ended().isBefore(now.minus(pause)));
    }

    private interface Attempt {
        String run() throws Exception;
    }

    private static void attempt(String what, Attempt attempt) throws InterruptedException {
        String said;
        try {
            said = attempt.run();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            said = what + " failed: " + e.getMessage();
        }
        if (!said.isEmpty()) {
            System.out.println(Instant.now() + " " + said);
        }
    }
}
