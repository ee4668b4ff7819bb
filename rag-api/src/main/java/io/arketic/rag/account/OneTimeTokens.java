package io.arketic.rag.account;

import io.arketic.rag.caller.SecretToken;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Holds what the tables of mailed tokens share. The newest token of an account is valid, once. At most five are sent in
 * an hour, because any stranger can request one.
 *
 * @param table its name, a constant of ours
 */
public record OneTimeTokens(String table) {

    private static final int IN_AN_HOUR = 5;

    /** Returns whether another token may be sent, and then invalidates earlier ones. */
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

    /** Marks a token as used; returns whether it was valid. */
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
