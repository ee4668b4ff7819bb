package io.arketic.rag.document;

import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.listing.Cursor;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Reads from the audit log who did what to a document. */
@Component
class DocumentActivity {

    /**
     * Holds one change.
     *
     * @param userId null when the product did it
     * @param kind {@code created}, {@code version}, {@code renamed}, {@code moved}, {@code shared}, {@code link},
     *     {@code described}, {@code trashed}, {@code restored} or {@code changed}
     * @param name of the document after it; null where it stayed
     * @param versionNumber that was made; null for none
     */
    record Activity(
            UUID id,
            Instant occurredAt,
            @Nullable UUID userId,
            String kind,
            @Nullable String name,
            @Nullable Integer versionNumber) {}

    private static final TypeReference<Map<String, Object>> COLUMNS = new TypeReference<>() {};

    private final Transactions transactions;
    private final JsonMapper json;

    DocumentActivity(Transactions transactions, JsonMapper json) {
        this.transactions = transactions;
        this.json = json;
    }

    /** Returns the newest first; nothing but for the document's owner and admins. */
    List<Activity> list(DocumentAccess access, Cursor cursor, int limit) {
        return transactions.run(
                access.membership().context(),
                sql -> sql.sql("SELECT * FROM document_activity(:document, :earlier, :limit)")
                        .param("document", access.document().id())
                        .param("earlier", cursor.after())
                        .param("limit", limit)
                        .query(this::activity)
                        .list());
    }

    private Activity activity(ResultSet row, int number) throws SQLException {
        Map<String, Object> after = columns(row.getString("after"));
        String kind = switch (String.valueOf(row.getString("table_name"))) {
            case "documents" -> kind(row.getString("action"), after);
            case "document_shares" -> "shared";
            default -> "link";
        };
        return new Activity(
                row.getObject("id", UUID.class),
                row.getObject("occurred_at", OffsetDateTime.class).toInstant(),
                row.getObject("user_id", UUID.class),
                kind,
                after.get("name") instanceof String name ? name : null,
                after.get("version_number") instanceof Integer version ? version : null);
    }

    private static String kind(String action, Map<String, Object> after) {
        if (action.equals("insert")) {
            return "created";
        }
        if (after.containsKey("version_number")) {
            return "version";
        }
        if (after.containsKey("deleted_at")) {
            return after.get("deleted_at") == null ? "restored" : "trashed";
        }
        if (after.containsKey("name")) {
            return "renamed";
        }
        if (after.containsKey("parent_id")) {
            return "moved";
        }
        if (after.containsKey("share_level") || after.containsKey("narrowed")) {
            return "shared";
        }
        return after.containsKey("description") ? "described" : "changed";
    }

    private Map<String, Object> columns(@Nullable String text) {
        return text == null ? Map.of() : json.readValue(text, COLUMNS);
    }
}
