package io.arketic.rag.organization;

import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.listing.Cursor;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Reads the table {@code audit_log}, which only the database's triggers write. */
@Component
class AuditLog {

    /**
     * Holds one row that was inserted, updated or deleted.
     *
     * @param userId null when no person did it
     * @param credential the API key or personal token by which the user did it; null for a session
     * @param before of an update only the columns that changed, as {@code after}; secrets are masked
     */
    record Entry(
            UUID id,
            Instant occurredAt,
            @Nullable UUID userId,
            String action,
            String tableName,
            @Nullable UUID rowId,
            @Nullable Map<String, Object> before,
            @Nullable Map<String, Object> after,
            @Nullable String requestId,
            @Nullable String credential) {}

    /** Selects entries; null selects all. {@code from} is inclusive, {@code to} is exclusive. */
    record Filter(
            @Nullable String action,
            @Nullable String tableName,
            @Nullable UUID userId,
            @Nullable UUID rowId,
            @Nullable Instant from,
            @Nullable Instant to) {}

    private static final TypeReference<Map<String, Object>> COLUMNS = new TypeReference<>() {};

    private final Transactions transactions;
    private final JsonMapper json;

    AuditLog(Transactions transactions, JsonMapper json) {
        this.transactions = transactions;
        this.json = json;
    }

    /** Returns the newest first. */
    List<Entry> list(Membership membership, Filter filter, Cursor cursor, int limit) {
        return transactions.run(
                membership.context(),
                sql -> sql.sql("""
                        SELECT * FROM audit_log
                        WHERE organization_id = :organization AND id < :after
                          AND (CAST(:action AS audit_action) IS NULL OR action = CAST(:action AS audit_action))
                          AND (CAST(:table AS text) IS NULL OR table_name = :table)
                          AND (CAST(:user AS uuid) IS NULL OR user_id = :user)
                          AND (CAST(:row AS uuid) IS NULL OR row_id = :row)
                          AND (CAST(:from AS timestamptz) IS NULL OR occurred_at >= :from)
                          AND (CAST(:to AS timestamptz) IS NULL OR occurred_at < :to)
                        ORDER BY id DESC LIMIT :limit""")
                        .param("organization", membership.organizationId())
                        .param("after", cursor.after())
                        .param("action", filter.action())
                        .param("table", filter.tableName())
                        .param("user", filter.userId())
                        .param("row", filter.rowId())
                        .param("from", time(filter.from()))
                        .param("to", time(filter.to()))
                        .param("limit", limit)
                        .query((row, number) -> entry(row))
                        .list());
    }

    private Entry entry(ResultSet row) throws SQLException {
        return new Entry(
                row.getObject("id", UUID.class),
                row.getObject("occurred_at", OffsetDateTime.class).toInstant(),
                row.getObject("user_id", UUID.class),
                row.getString("action"),
                row.getString("table_name"),
                row.getObject("row_id", UUID.class),
                columns(row.getString("before")),
                columns(row.getString("after")),
                row.getString("request_id"),
                row.getString("credential"));
    }

    private @Nullable Map<String, Object> columns(@Nullable String text) {
        return text == null ? null : json.readValue(text, COLUMNS);
    }

    private static @Nullable OffsetDateTime time(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }
}
