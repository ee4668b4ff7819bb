package io.arketic.rag.idempotency;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Remembers the transaction of the last try of some work, so that the work is not done twice where only the acknowledgement
 * of its commit was lost. Not safe for use by several threads at once.
 */
public final class LastTry {

    private @Nullable String transaction;

    /**
     * Returns whether the work is to be done in this transaction: the last one has not committed. After a failover the last one may be
     * lost, and its id in the future.
     *
     * @throws TransientDataAccessResourceException while the last one has not ended
     */
    public boolean isToBeDone(JdbcClient sql) {
        String status = transaction == null
                ? null
                : sql.sql("""
                                SELECT CASE WHEN CAST(:transaction AS xid8) < pg_current_xact_id()
                                    THEN pg_xact_status(CAST(:transaction AS xid8)) ELSE 'lost' END""")
                        .param("transaction", transaction)
                        .query((row, number) -> String.valueOf(row.getString(1)))
                        .single();
        if ("in progress".equals(status)) {
            throw new TransientDataAccessResourceException("The last try has not ended yet");
        }
        if ("committed".equals(status)) {
            return false;
        }
        transaction = sql.sql("SELECT CAST(pg_current_xact_id() AS text)")
                .query(String.class)
                .single();
        return true;
    }
}
