package io.arketic.rag.knowledge;

import io.arketic.rag.deployment.Transactions;
import io.arketic.schema.IngestState;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What was dropped into a knowledge base and what became of it, read from the ledger. */
@Component
class IngestionProgress {

    /** Uploads whose event the ingest job has not taken up yet; they have no row in the ledger. */
    private static final String ANNOUNCED = "announced";

    /**
     * One moment.
     *
     * @param dropped always {@code terminal + inFlight}
     * @param byState versions in each state, and uploads that are still {@code announced}
     * @param keptAsRead indexed files that could not be read anew, by reason: they are as they were read before
     * @param endedLastMinute versions that reached their end in the last 60 seconds
     */
    record Snapshot(
            long dropped,
            long inFlight,
            long terminal,
            Map<String, Long> byState,
            List<Failure> failures,
            List<Failure> keptAsRead,
            long endedLastMinute) {}

    record Failure(String reason, long count, String advice) {}

    private record Count(String state, long versions) {}

    private final Transactions transactions;

    IngestionProgress(Transactions transactions) {
        this.transactions = transactions;
    }

    Snapshot read(KnowledgeAccess access) {
        return transactions.run(access.membership().context(), sql -> {
            Map<String, Long> byState = states(sql, access);
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
                    failures(sql, access, List.of("dead")),
                    failures(sql, access, List.of("indexed", "unchanged")),
                    endedLastMinute(sql, access));
        });
    }

    private static boolean terminal(String state) {
        for (IngestState known : IngestState.values()) {
            if (known.label().equals(state)) {
                return known.terminal();
            }
        }
        return false;
    }

    /** One statement, so that a version that moves on is counted once. */
    private static Map<String, Long> states(JdbcClient sql, KnowledgeAccess access) {
        Map<String, Long> byState = new TreeMap<>();
        sql.sql("""
                        SELECT CAST(state AS text) AS state, count(*) AS versions FROM ingest_ledger
                        WHERE knowledge_base_id = :base GROUP BY state
                        UNION ALL
                        SELECT CAST(:announced AS text), count(*) FROM knowledge_documents d
                        WHERE d.knowledge_base_id = :base AND d.status IN ('uploading', 'pending')
                          AND NOT EXISTS (
                              SELECT FROM ingest_ledger l
                              WHERE l.knowledge_base_id = d.knowledge_base_id AND l.object_key = d.file_path
                                AND l.updated_at >= d.updated_at)""")
                .param("base", access.knowledgeBase().id())
                .param("announced", ANNOUNCED)
                .query((row, number) -> new Count(row.getString("state"), row.getLong("versions")))
                .list()
                .forEach(count -> byState.merge(count.state(), count.versions(), Long::sum));
        byState.remove(ANNOUNCED, 0L);
        return byState;
    }

    private static List<Failure> failures(JdbcClient sql, KnowledgeAccess access, List<String> states) {
        return sql.sql("""
                        SELECT reason, count(*) AS versions FROM ingest_ledger
                        WHERE knowledge_base_id = :base AND CAST(state AS text) IN (:states) AND reason IS NOT NULL
                        GROUP BY reason ORDER BY versions DESC, reason""")
                .param("base", access.knowledgeBase().id())
                .param("states", states)
                .query((row, number) -> new Failure(
                        row.getString("reason"), row.getLong("versions"), FailureAdvice.of(row.getString("reason"))))
                .list();
    }

    private static long endedLastMinute(JdbcClient sql, KnowledgeAccess access) {
        return sql.sql("""
                        SELECT count(*) FROM ingest_ledger
                        WHERE knowledge_base_id = :base AND ended_at > now() - interval '1 minute'""")
                .param("base", access.knowledgeBase().id())
                .query(Long.class)
                .single();
    }
}
