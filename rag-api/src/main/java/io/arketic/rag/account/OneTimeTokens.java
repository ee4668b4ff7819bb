package io.arketic.rag.account;

import io.arketic.rag.caller.SecretToken;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What the tables of tokens that go out by mail have in common. The newest of an account is good, once. Not more than
 * five go out in an hour, since anybody can ask for one.
 *
 * @param table its name, a constant of ours
 */
public record OneTimeTokens(String table) {

    private static final int IN_AN_HOUR = 5;

    /** Whether another may go out; then the earlier ones are good no longer. */
    public boolean begin(JdbcClient sql, UUID userId) {
        int recent = sql.sql("SELECT count(*) FROM " + table
                        + " WHERE user_id = :user AND created_at > now() - interval '1 hour'")
                .param("user", userId)
                .query(Integer.class)
                .single();
        if (recent >= IN_AN_HOUR) {
            return false;
        }
        spendAll(sql, userId);
        return true;
    }

    /** Whether it was still good. */
    public boolean spend(JdbcClient sql, SecretToken token) {
        return sql.sql("UPDATE " + table + " SET used_at = now() WHERE token_hash = :hash AND used_at IS NULL")
                        .param("hash", token.hash())
                        .update()
                == 1;
    }

    public void spendAll(JdbcClient sql, UUID userId) {
        sql.sql("UPDATE " + table + " SET used_at = now() WHERE user_id = :user AND used_at IS NULL")
                .param("user", userId)
                .update();
    }
}
