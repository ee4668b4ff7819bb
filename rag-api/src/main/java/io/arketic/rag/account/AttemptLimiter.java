package io.arketic.rag.account;

import io.arketic.rag.caller.SecretToken;
import io.arketic.rag.deployment.Transactions;
import io.arketic.schema.tenancy.TenantContext;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Keeps token buckets in the database that fill evenly and that all processes of the API share: for the protection of
 * accounts and mailboxes. Each call is one statement in its own transaction.
 */
@Component
public class AttemptLimiter {

    /**
     * Names the subject of a bucket.
     *
     * @param name stored as a hash only
     * @param window in which an empty bucket fills
     */
    public record Bucket(String kind, String name, int capacity, Duration window) {

        private String subject() {
            return new SecretToken(kind + " " + name).hash();
        }

        private Duration step() {
            return window.dividedBy(capacity);
        }

        /** @param full until it is full again */
        private Level level(boolean admitted, Duration full) {
            Duration room = window.minus(full);
            long remaining = Math.max(0, room.toNanos() / Math.max(1, step().toNanos()));
            Duration wait = step().minus(room);
            return new Level(
                    admitted, remaining, full, admitted ? Duration.ZERO : wait.isNegative() ? Duration.ZERO : wait);
        }
    }

    /**
     * Holds the level of a bucket.
     *
     * @param retryAfter until there is a token; zero when there was one
     */
    public record Level(boolean admitted, long remaining, Duration reset, Duration retryAfter) {}

    private final Transactions transactions;

    AttemptLimiter(Transactions transactions) {
        this.transactions = transactions;
    }

    /** Takes a token if there is one. Of several simultaneous callers, one gets the last token. */
    public Level take(Bucket bucket) {
        return transactions.run(
                TenantContext.NONE,
                sql -> of(bucket, sql.sql("""
                                WITH taken AS (
                                    INSERT INTO attempts AS a (subject, full_at)
                                    VALUES (:subject, now() + make_interval(secs => :step))
                                    ON CONFLICT (subject) DO UPDATE
                                    SET full_at = greatest(a.full_at, now()) + make_interval(secs => :step)
                                    WHERE greatest(a.full_at, now()) + make_interval(secs => :step)
                                        <= now() + make_interval(secs => :window)
                                    RETURNING full_at)
                                SELECT true AS admitted, extract(epoch FROM full_at - now()) AS full FROM taken
                                UNION ALL
                                SELECT false, extract(epoch FROM full_at - now()) FROM attempts
                                WHERE subject = :subject AND NOT EXISTS (SELECT FROM taken)"""))
                        .query((row, number) -> bucket.level(row.getBoolean("admitted"), full(row)))
                        .optional()
                        .orElseGet(() -> bucket.level(false, bucket.window())));
    }

    /** Returns whether the bucket is full, and takes nothing. */
    public boolean isFull(Bucket bucket) {
        return transactions.run(
                TenantContext.NONE,
                sql -> sql.sql("SELECT NOT EXISTS (SELECT FROM attempts WHERE subject = :subject AND full_at > now())")
                        .param("subject", bucket.subject())
                        .query(Boolean.class)
                        .single());
    }

    /** Returns one token; has no effect on a full bucket. */
    public void giveBack(Bucket bucket) {
        transactions.execute(
                TenantContext.NONE,
                sql -> sql.sql("""
                                UPDATE attempts SET full_at = full_at - make_interval(secs => :step)
                                WHERE subject = :subject""")
                        .param("subject", bucket.subject())
                        .param("step", seconds(bucket.step()))
                        .update());
    }

    /** Fills the bucket. */
    public void forget(Bucket bucket) {
        transactions.execute(
                TenantContext.NONE,
                sql -> sql.sql("DELETE FROM attempts WHERE subject = :subject")
                        .param("subject", bucket.subject())
                        .update());
    }

    private static JdbcClient.StatementSpec of(Bucket bucket, JdbcClient.StatementSpec statement) {
        return statement
                .param("subject", bucket.subject())
                .param("step", seconds(bucket.step()))
                .param("window", seconds(bucket.window()));
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private static Duration full(ResultSet row) throws SQLException {
        return Duration.ofNanos((long) (row.getDouble("full") * 1e9));
    }
}
