package io.arketic.rag.usage;

import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reads the table {@code usage_days}: who and what used the organization's models. */
@Component
class UsageBreakdown {

    static final String BY = "person|group|model|knowledge_base|day";

    /** Limits a period, in days. */
    private static final int LONGEST = 400;

    /**
     * Holds the use of a person, a group, a model, a knowledge base, or a day.
     *
     * @param key an id, the name of a model, or a date; null for callers without an account
     * @param name null if it is deleted, or not the reader's to see
     */
    record UsageShare(
            @Nullable String key,
            @Nullable String name,
            long requests,
            long inputTokens,
            long outputTokens,
            BigDecimal cost) {}

    /** Is a period of whole days in UTC, the last one included. */
    record Period(LocalDate from, LocalDate to) {}

    private final Transactions transactions;
    private final Clock clock;

    UsageBreakdown(Transactions transactions, Clock clock) {
        this.transactions = transactions;
        this.clock = clock;
    }

    /** Returns the wanted period; the default is this month until today. */
    Period period(@Nullable LocalDate from, @Nullable LocalDate to) {
        LocalDate last = to == null ? LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC) : to;
        LocalDate first = from == null ? last.withDayOfMonth(1) : from;
        if (first.isAfter(last) || ChronoUnit.DAYS.between(first, last) >= LONGEST) {
            throw ProblemException.ofField(
                    ProblemReason.INVALID_INPUT,
                    from == null ? "to" : "from",
                    "must begin a period of 1 to " + LONGEST + " days");
        }
        return new Period(first, last);
    }

    /** Returns the dearest first; days in their order. */
    List<UsageShare> read(Membership membership, String by, Period period, int limit) {
        return transactions.run(
                membership.context(),
                sql -> sql.sql("""
                                WITH used AS (
                                    SELECT CASE WHEN :by = 'day' THEN d.day::text ELSE d.subject END AS key,
                                        sum(d.requests) AS requests, sum(d.input_tokens) AS input_tokens,
                                        sum(d.output_tokens) AS output_tokens, sum(d.cost) AS cost
                                    FROM usage_days d
                                    WHERE d.organization_id = :organization
                                      AND d.dimension = CASE WHEN :by = 'day' THEN 'organization' ELSE :by END
                                      AND d.day BETWEEN :from AND :to
                                    GROUP BY 1
                                ), shown AS (
                                    SELECT u.*, CASE WHEN :by IN ('person', 'group', 'knowledge_base')
                                        THEN nullif(u.key, '')::uuid END AS id
                                    FROM used u
                                )
                                SELECT nullif(s.key, '') AS key, s.requests, s.input_tokens, s.output_tokens, trim_scale(s.cost) AS cost,
                                    CASE :by
                                        WHEN 'person' THEN (
                                            SELECT nullif(trim(concat_ws(' ', p.first_name, p.last_name)), '')
                                            FROM users p WHERE p.id = s.id)
                                        WHEN 'group' THEN (SELECT g.name FROM member_groups g WHERE g.id = s.id)
                                        WHEN 'knowledge_base' THEN (
                                            SELECT b.name FROM knowledge_bases b
                                            WHERE b.id = s.id AND (
                                                b.knowledge_base_type <> 'personal' OR b.owner_id = :reader))
                                        ELSE s.key END AS name
                                FROM shown s
                                WHERE s.requests > 0 OR s.input_tokens + s.output_tokens > 0
                                ORDER BY CASE WHEN :by = 'day' THEN s.key END, s.cost DESC, s.requests DESC, s.key
                                LIMIT :limit""")
                        .param("organization", membership.organizationId())
                        .param("reader", membership.userId())
                        .param("by", by)
                        .param("from", period.from())
                        .param("to", period.to())
                        .param("limit", limit)
                        .query((row, number) -> new UsageShare(
                                row.getString("key"),
                                row.getString("name"),
                                row.getLong("requests"),
                                row.getLong("input_tokens"),
                                row.getLong("output_tokens"),
                                row.getBigDecimal("cost")))
                        .list());
    }
}
