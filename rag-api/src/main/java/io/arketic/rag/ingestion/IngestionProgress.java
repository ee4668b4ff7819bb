package io.arketic.rag.ingestion;

import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.knowledge.FailureAdvice;
import io.arketic.rag.knowledge.KnowledgeAccess;
import io.arketic.rag.knowledge.PartlyRead;
import io.arketic.schema.ledger.IngestState;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Counts the files of a knowledge base by state, from the ledger. */
@Component
class IngestionProgress {

    /** Counts uploads whose event the ingest job has not taken up yet; they have no row in the ledger. */
    private static final String ANNOUNCED = "announced";

    /**
     * Holds the counts of one moment.
     *
     * @param dropped always {@code terminal + inFlight}
     * @param byState versions in each state, and uploads that are still {@code announced}
     * @param parked files in flight that cannot be read for now, by reason; they are tried again by themselves
     * @param keptAsRead indexed files that could not be read again, by reason; they keep their earlier text
     * @param warnings documents whose files were read in part, by kind
     * @param endedLastMinute versions that reached their end in the last 60 seconds
     */
    record Snapshot(
            long dropped,
            long inFlight,
            long terminal,
            Map<String, Long> byState,
            List<Failure> failures,
            List<Failure> parked,
            List<Failure> keptAsRead,
            List<PartlyReadCount> warnings,
            long endedLastMinute) {}

    record Failure(String reason, long count, String advice) {}

    /** @param documents with a warning of this kind; one with several kinds counts in each */
    record PartlyReadCount(String kind, long documents, String advice) {}

    private record Moment(List<Count> counts, List<PartlyReadCount> warnings) {}

    private record Count(String state, @Nullable String reason, long versions, long endedLastMinute) {}

    private final Transactions transactions;

    IngestionProgress(Transactions transactions) {
        this.transactions = transactions;
    }

    /** Reads the ledger in one statement, so that a version that changes its state is counted once. */
    Snapshot read(KnowledgeAccess access) {
        Moment moment = transactions.run(
                access.membership().context(), sql -> new Moment(counts(sql, access), warnings(sql, access)));
        List<Count> counts = moment.counts();
        Map<String, Long> byState = new TreeMap<>();
        counts.forEach(count -> byState.merge(count.state(), count.versions(), Long::sum));
        byState.remove(ANNOUNCED, 0L);
        long dropped = byState.values().stream().mapToLong(Long::longValue).sum();
        long terminal = byState.entrySet().stream()
                .filter(entry -> terminal(entry.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
        return new Snapshot(
                dropped,
                dropped - terminal,
                terminal,
                byState,
                failures(counts, List.of("dead")),
                failures(counts, List.of("received", "extracting", "embedding")),
                failures(counts, List.of("indexed", "unchanged")),
                moment.warnings(),
                counts.stream().mapToLong(Count::endedLastMinute).sum());
    }

    private static boolean terminal(String state) {
        for (IngestState known : IngestState.values()) {
            if (known.label().equals(state)) {
                return known.terminal();
            }
        }
        return false;
    }

    private static List<Count> counts(JdbcClient sql, KnowledgeAccess access) {
        return sql.sql("""
                        SELECT CAST(state AS text) AS state, reason, count(*) AS versions,
                            count(*) FILTER (WHERE ended_at > now() - interval '1 minute') AS recent
                        FROM ingest_ledger
                        WHERE knowledge_base_id = :base GROUP BY state, reason
                        UNION ALL
                        SELECT CAST(:announced AS text), NULL, count(*), 0 FROM knowledge_documents d
                        WHERE d.knowledge_base_id = :base AND d.status IN ('uploading', 'pending')
                          AND NOT EXISTS (
                              SELECT FROM ingest_ledger l
                              WHERE l.knowledge_base_id = d.knowledge_base_id AND l.object_key = d.file_path
                                AND l.updated_at >= d.updated_at)""")
                .param("base", access.knowledgeBase().id())
                .param("announced", ANNOUNCED)
                .query((row, number) -> new Count(
                        row.getString("state"),
                        row.getString("reason"),
                        row.getLong("versions"),
                        row.getLong("recent")))
                .list();
    }

    private static List<PartlyReadCount> warnings(JdbcClient sql, KnowledgeAccess access) {
        return sql.sql("""
                        SELECT w.kind, count(*) AS documents
                        FROM knowledge_documents d, LATERAL (
                            SELECT DISTINCT e ->> 'kind' AS kind FROM jsonb_array_elements(d.warnings) e) w
                        WHERE d.knowledge_base_id = :base AND d.warnings IS NOT NULL
                        GROUP BY w.kind ORDER BY documents DESC, w.kind""")
                .param("base", access.knowledgeBase().id())
                .query((row, number) -> new PartlyReadCount(
                        row.getString("kind"), row.getLong("documents"), PartlyRead.advice(row.getString("kind"))))
                .list();
    }

    /** Returns the commonest first. */
    private static List<Failure> failures(List<Count> counts, List<String> states) {
        Map<String, Long> byReason = new TreeMap<>();
        for (Count count : counts) {
            if (count.reason() != null && states.contains(count.state())) {
                byReason.merge(count.reason(), count.versions(), Long::sum);
            }
        }
        return byReason.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .map(reason -> new Failure(reason.getKey(), reason.getValue(), FailureAdvice.of(reason.getKey())))
                .toList();
    }
}
