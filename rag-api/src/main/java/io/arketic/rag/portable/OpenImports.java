package io.arketic.rag.portable;

import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Leads each import that has not ended to one request at a time. One that was killed is gone on with after {@link #REST}. */
@Component
class OpenImports {

    /** Sets how long an import rests before another request goes on with it: longer than a document takes. */
    private static final Duration REST = Duration.ofMinutes(10);

    private final Transactions transactions;

    OpenImports(Transactions transactions) {
        this.transactions = transactions;
    }

    /** Names the base of an import that has not ended. */
    record Open(UUID base, String name, String type) {}

    /** Finds the base of an import of this archive that the member began and that has not ended. */
    Optional<Open> find(Membership membership, String merkleRoot) {
        return transactions.run(
                membership.context(),
                sql -> sql.sql("""
                        SELECT i.knowledge_base_id, b.name, CAST(b.knowledge_base_type AS text) AS type
                        FROM knowledge_imports i
                        JOIN knowledge_bases b ON b.id = i.knowledge_base_id AND b.removal_requested_at IS NULL
                        WHERE i.merkle_root = :root AND i.user_id = :user AND i.completed_at IS NULL""")
                        .param("root", merkleRoot)
                        .param("user", membership.userId())
                        .query((row, number) -> new Open(
                                row.getObject("knowledge_base_id", UUID.class),
                                row.getString("name"),
                                row.getString("type")))
                        .optional());
    }

    /** Goes on with an import that no other request fills. */
    void resume(Membership membership, UUID base) {
        boolean rested = transactions.run(
                membership.context(),
                sql -> sql.sql("""
                        UPDATE knowledge_imports SET last_activity_at = now()
                        WHERE knowledge_base_id = :base AND completed_at IS NULL
                          AND last_activity_at < now() - make_interval(secs => :rest)""")
                                .param("base", base)
                                .param("rest", REST.toSeconds())
                                .update()
                        == 1);
        if (!rested) {
            throw new ProblemException(
                    ProblemReason.CONFLICT,
                    "Another request imports this archive. Wait for it, or send it again in a while.");
        }
    }

    /** Lets the next request go on at once with an import that broke off. */
    void rest(Membership membership, UUID base) {
        transactions.execute(
                membership.context(), sql -> sql.sql("""
                        UPDATE knowledge_imports SET last_activity_at = '-infinity'
                        WHERE knowledge_base_id = :base AND completed_at IS NULL""").param("base", base).update());
    }

    /** Ends an import whose base was removed meanwhile. */
    static void goOn(JdbcClient sql, UUID base) {
        int open = sql.sql("""
                        UPDATE knowledge_imports i SET last_activity_at = now()
                        FROM knowledge_bases b
                        WHERE i.knowledge_base_id = :base AND i.completed_at IS NULL AND b.id = i.knowledge_base_id
                          AND b.removal_requested_at IS NULL""").param("base", base).update();
        if (open == 0) {
            throw new ProblemException(ProblemReason.CONFLICT, "The knowledge base was removed during the import.");
        }
    }
}
