package io.arketic.ingest.object;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts the looks at an object that failed before its ledger row could hold the failure. Safe for use by several
 * threads. A restart of the process begins at 0 again.
 */
final class FailedLooks {

    /** Limits the looks; with the pauses between them they take about four minutes. */
    static final int MOST = 20;

    private final Map<String, Integer> failures = new ConcurrentHashMap<>();

    /** Counts a failure and returns whether it was the last one; the count then begins again. */
    boolean isLast(String key) {
        return failures.compute(key, (same, before) -> {
                    int count = before == null ? 1 : before + 1;
                    return count == MOST ? null : count;
                })
                == null;
    }

    void forget(String key) {
        failures.remove(key);
    }
}
