package io.arketic.cli.operate;

import io.arketic.services.StackSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Compares the connections that all processes of a stack may open with what the database allows. A process whose role has
 * no connection left waits, and the callers of that process wait too.
 */
final class ConnectionBudget {

    private static final String POOL_SIZE = "ARKETIC_DATABASE_POOL_SIZE";
    private static final int API_POOL = 10;
    private static final int INGEST_POOL = 8;

    /** Counts an API process's connections for its outbox and removals (3), its scheduler (3), and what it listens to. */
    private static final int BACKGROUND_OF_API = 7;

    /** Counts what a TaskManager opens besides its pool: for marks (2), the reindex job (4), and a bounded run (6). */
    private static final int BESIDE_POOL = 12;

    /** Counts what the JobManagers open for both jobs, and for one that ends while its successor begins. */
    private static final int JOB_MANAGERS = 10;

    /**
     * Is what the database allows.
     *
     * @param ofRoles limits by role; -1 for a role without one
     * @param places connections of all roles but superusers
     */
    record Limits(Map<String, Integer> ofRoles, int places) {}

    private record Need(String role, int connections) {}

    private final List<Need> needs;
    private final int apiProcesses;
    private final int taskManagers;

    ConnectionBudget(StackSettings settings) {
        apiProcesses = settings.apiProcesses();
        taskManagers = settings.taskManagers();
        needs = List.of(
                new Need(settings.application().user(), apiProcesses * pool(settings, API_POOL)),
                new Need(settings.maintenance().user(), apiProcesses * BACKGROUND_OF_API),
                new Need(
                        settings.ingest().user(),
                        taskManagers * (pool(settings, INGEST_POOL) + BESIDE_POOL) + JOB_MANAGERS));
    }

    /** Returns the size of a process's pool; a process does not start with one that is no number. */
    private static int pool(StackSettings settings, int otherwise) {
        String size = settings.environment().getOrDefault(POOL_SIZE, "").strip();
        return size.matches("[1-9][0-9]{0,3}") ? Integer.parseInt(size) : otherwise;
    }

    /** Returns a finding for each limit that is too low, or one that says how much is left. */
    List<Finding> findings(Limits limits) {
        List<Finding> findings = new ArrayList<>();
        for (Need need : needs) {
            int limit = limits.ofRoles().getOrDefault(need.role(), -1);
            if (limit >= 0 && limit < need.connections()) {
                findings.add(tooFew(need.role() + " may open " + limit + " connections", need.connections()));
            }
        }
        int all = needs.stream().mapToInt(Need::connections).sum();
        if (all > limits.places()) {
            findings.add(tooFew("the database allows " + limits.places() + " connections", all));
        }
        return findings.isEmpty()
                ? List.of(Finding.ok(
                        "sizes", "the processes may open " + all + " of " + limits.places() + " connections"))
                : findings;
    }

    private Finding tooFew(String allowed, int needed) {
        return Finding.warn(
                "sizes",
                "%s, and %d API processes and %d TaskManagers may need %d: raise max_connections as in infra/docs/sizing.md, then infra/arketic up"
                        .formatted(allowed, apiProcesses, taskManagers, needed));
    }
}
