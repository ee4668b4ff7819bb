package io.arketic.rag.usage;

import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.listing.EntityTag;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Accesses the table {@code usage_caps}. */
@Component
class UsageCaps {

    /**
     * Holds a cap and what is used of it.
     *
     * @param subject organization, group or member
     * @param groupId of the group; null for other subjects
     * @param userId of the member; null for a cap of each member, and for other subjects
     * @param unit requests, tokens or cost
     * @param period day or month, in UTC
     * @param used in the current period, without what is reserved; null for a cap of each member
     * @param endsAt when the current period ends
     */
    record UsageCap(
            String subject,
            @Nullable UUID groupId,
            @Nullable UUID userId,
            String unit,
            String period,
            BigDecimal amount,
            @Nullable BigDecimal used,
            Instant endsAt) {}

    /**
     * Holds a cap of the caller and what it has used of it.
     *
     * @param unit requests, tokens or cost
     * @param period day or month, in UTC
     * @param used in the current period, without what is reserved
     * @param endsAt when the current period ends
     */
    record OwnCap(String unit, String period, BigDecimal amount, BigDecimal used, Instant endsAt) {}

    /** Holds all caps, and when they or the organization's settings changed last. */
    record Stored(List<UsageCap> caps, Instant changedAt) {}

    private static final String WANTED = """
            jsonb_to_recordset(CAST(:caps AS jsonb))
                AS w (subject text, group_id uuid, user_id uuid, unit text, period text, amount numeric)""";

    private final Transactions transactions;
    private final JsonMapper json;

    UsageCaps(Transactions transactions, JsonMapper json) {
        this.transactions = transactions;
        this.json = json;
    }

    Stored list(Membership membership) {
        return transactions.run(membership.context(), sql -> read(sql, membership, ""));
    }

    /** Returns the caps of members that hold for this one, with what it has used. */
    List<OwnCap> own(Membership membership) {
        return transactions.run(
                membership.context(),
                sql -> sql.sql("""
                                SELECT c.unit, c.period, trim_scale(c.amount) AS amount, trim_scale(u.used) AS used,
                                    p.ends AT TIME ZONE 'UTC' AS ends_at
                                FROM usage_caps c
                                CROSS JOIN LATERAL (SELECT date_trunc(c.period, now() AT TIME ZONE 'UTC') AS begins) b
                                CROSS JOIN LATERAL (
                                    SELECT b.begins + CAST('1 ' || c.period AS interval) AS ends) p
                                CROSS JOIN LATERAL (
                                    SELECT coalesce(sum(CASE c.unit
                                        WHEN 'requests' THEN d.requests
                                        WHEN 'tokens' THEN d.input_tokens + d.output_tokens
                                        ELSE d.cost END), 0) AS used
                                    FROM usage_days d
                                    WHERE d.organization_id = c.organization_id AND d.day >= b.begins AND d.day < p.ends
                                      AND d.dimension = 'person' AND d.subject = CAST(:person AS text)) u
                                WHERE c.organization_id = :organization AND c.subject = 'member'
                                  AND coalesce(c.user_id, :person) = :person
                                ORDER BY c.unit, c.period, c.amount""")
                        .param("organization", membership.organizationId())
                        .param("person", membership.userId())
                        .query((row, number) -> new OwnCap(
                                row.getString("unit"),
                                row.getString("period"),
                                row.getBigDecimal("amount"),
                                row.getBigDecimal("used"),
                                row.getObject("ends_at", OffsetDateTime.class).toInstant()))
                        .list());
    }

    /** Replaces all caps; fails if they are no longer those of {@code basis}. Requests under way keep what they reserved. */
    Stored replace(Membership membership, EntityTag basis, List<UsageCapController.Cap> caps) {
        String wanted =
                json.writeValueAsString(caps.stream().map(UsageCaps::row).toList());
        return transactions.run(membership.context(), sql -> {
            basis.mustMatch(read(sql, membership, " FOR UPDATE").changedAt());
            requireKnown(sql, membership, wanted);
            sql.sql("DELETE FROM usage_caps c WHERE NOT EXISTS (SELECT FROM " + WANTED + """
                             WHERE w.subject = c.subject AND w.group_id IS NOT DISTINCT FROM c.group_id
                              AND w.user_id IS NOT DISTINCT FROM c.user_id AND w.unit = c.unit AND w.period = c.period)""")
                    .param("caps", wanted)
                    .update();
            sql.sql("""
                            INSERT INTO usage_caps (organization_id, subject, group_id, user_id, unit, period, amount)
                            SELECT :organization, w.subject, w.group_id, w.user_id, w.unit, w.period, w.amount
                            FROM\s""" + WANTED + """
                             ON CONFLICT ON CONSTRAINT uq_usage_cap DO UPDATE SET amount = excluded.amount
                            WHERE usage_caps.amount <> excluded.amount""")
                    .param("caps", wanted)
                    .param("organization", membership.organizationId())
                    .update();
            sql.sql("""
                            UPDATE organization_settings SET enable_api_access = enable_api_access
                            WHERE organization_id = :organization""").param("organization", membership.organizationId()).update();
            return read(sql, membership, "");
        });
    }

    /** Checks the subjects that have no cap yet: one that has gone must not hinder the change of others. */
    private static void requireKnown(JdbcClient sql, Membership membership, String wanted) {
        boolean unknown = sql.sql("SELECT EXISTS (SELECT FROM " + WANTED + """
                         WHERE (w.group_id IS NOT NULL AND NOT EXISTS (
                                SELECT FROM member_groups g
                                WHERE g.organization_id = :organization AND g.id = w.group_id)
                           OR w.user_id IS NOT NULL AND NOT EXISTS (
                                SELECT FROM organization_members m
                                WHERE m.organization_id = :organization AND m.user_id = w.user_id AND m.is_active))
                          AND NOT EXISTS (
                                SELECT FROM usage_caps c
                                WHERE c.organization_id = :organization AND c.subject = w.subject
                                  AND c.group_id IS NOT DISTINCT FROM w.group_id
                                  AND c.user_id IS NOT DISTINCT FROM w.user_id))""")
                .param("caps", wanted)
                .param("organization", membership.organizationId())
                .query(Boolean.class)
                .single();
        if (unknown) {
            throw ProblemException.ofField(
                    ProblemReason.INVALID_INPUT, "caps", "must name groups and members of the organization");
        }
    }

    private static Map<String, @Nullable Object> row(UsageCapController.Cap cap) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("subject", cap.subject());
        row.put("group_id", cap.groupId());
        row.put("user_id", cap.userId());
        row.put("unit", cap.unit());
        row.put("period", cap.period());
        row.put("amount", cap.amount());
        return row;
    }

    private static Stored read(JdbcClient sql, Membership membership, String lock) {
        Instant changed = sql.sql(
                        "SELECT updated_at FROM organization_settings WHERE organization_id = :organization" + lock)
                .param("organization", membership.organizationId())
                .query((row, number) ->
                        row.getObject("updated_at", OffsetDateTime.class).toInstant())
                .single();
        List<UsageCap> caps = sql.sql("""
                        SELECT c.subject, c.group_id, c.user_id, c.unit, c.period, trim_scale(c.amount) AS amount,
                            p.ends AT TIME ZONE 'UTC' AS ends_at, trim_scale(u.used) AS used
                        FROM usage_caps c
                        CROSS JOIN LATERAL (SELECT date_trunc(c.period, now() AT TIME ZONE 'UTC') AS begins) b
                        CROSS JOIN LATERAL (
                            SELECT b.begins + CAST('1 ' || c.period AS interval) AS ends) p
                        CROSS JOIN LATERAL (
                            SELECT CASE WHEN c.subject <> 'member' OR c.user_id IS NOT NULL
                                THEN coalesce(sum(CASE c.unit
                                    WHEN 'requests' THEN d.requests
                                    WHEN 'tokens' THEN d.input_tokens + d.output_tokens
                                    ELSE d.cost END), 0) END AS used
                            FROM usage_days d
                            WHERE d.organization_id = c.organization_id AND d.day >= b.begins AND d.day < p.ends
                              AND d.dimension = CASE c.subject WHEN 'member' THEN 'person' ELSE c.subject END
                              AND d.subject = coalesce(c.group_id::text, c.user_id::text, '')) u
                        WHERE c.organization_id = :organization
                        ORDER BY c.subject DESC, c.group_id, c.user_id, c.unit, c.period""")
                .param("organization", membership.organizationId())
                .query((row, number) -> new UsageCap(
                        row.getString("subject"),
                        row.getObject("group_id", UUID.class),
                        row.getObject("user_id", UUID.class),
                        row.getString("unit"),
                        row.getString("period"),
                        row.getBigDecimal("amount"),
                        row.getBigDecimal("used"),
                        row.getObject("ends_at", OffsetDateTime.class).toInstant()))
                .list();
        return new Stored(caps, changed);
    }
}
