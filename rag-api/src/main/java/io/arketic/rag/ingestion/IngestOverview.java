package io.arketic.rag.ingestion;

import io.arketic.schema.ledger.LedgerBacklog;
import io.arketic.schema.ledger.LedgerSummary;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds the ingest of all tenants at one moment.
 *
 * @param states versions of files by state
 * @param failures those that failed, by reason
 * @param parked those in flight that wait on their own, by reason
 * @param inFlight that have not ended
 * @param oldestSeconds how long the oldest of them is unsettled that no pause holds; 0 without one
 * @param endedPerMinute over the last five minutes of the process that answers; null before it has measured
 * @param organizations with the most versions in flight, 50 at most
 */
record IngestOverview(
        List<IngestCount> states,
        List<IngestCount> failures,
        List<IngestCount> parked,
        long inFlight,
        long oldestSeconds,
        @Nullable Double endedPerMinute,
        List<IngestBacklog> organizations) {

    private static final int ORGANIZATIONS = 50;

    record IngestCount(String name, long versions) {}

    /**
     * Holds what an organization has in flight.
     *
     * @param waiting versions on which no work has begun
     * @param working versions that are being read or embedded
     */
    record IngestBacklog(UUID organizationId, long waiting, long working, long oldestSeconds) {}

    static IngestOverview of(LedgerSummary summary, List<LedgerBacklog> backlog, @Nullable Double endedPerMinute) {
        return new IngestOverview(
                summary.byState().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(state -> new IngestCount(state.getKey().label(), state.getValue()))
                        .toList(),
                counts(summary.failures()),
                counts(summary.parked()),
                summary.inFlight(),
                backlog.stream()
                        .mapToLong(one -> one.oldest().toSeconds())
                        .max()
                        .orElse(0),
                endedPerMinute,
                backlog.stream()
                        .sorted(Comparator.comparingLong((LedgerBacklog one) -> one.waiting() + one.working())
                                .reversed())
                        .limit(ORGANIZATIONS)
                        .map(one -> new IngestBacklog(
                                one.organization(),
                                one.waiting(),
                                one.working(),
                                one.oldest().toSeconds()))
                        .toList());
    }

    private static List<IngestCount> counts(Map<String, Long> byReason) {
        return byReason.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .map(reason -> new IngestCount(reason.getKey(), reason.getValue()))
                .toList();
    }
}
