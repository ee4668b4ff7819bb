package io.arketic.rag.profile;

import io.arketic.rag.deployment.Transactions;
import io.arketic.schema.tenancy.TenantContext;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/**
 * Exports every row that names a user, for all tables: a page at a time, so that no connection is held while a reader
 * is slow. It contains no secrets.
 */
@Component
class AccountExport {

    private record Row(UUID id, String json) {}

    private static final int PAGE = 200;

    private final Transactions transactions;
    private final JsonMapper json;
    private final Clock clock;

    AccountExport(Transactions transactions, JsonMapper json, Clock clock) {
        this.transactions = transactions;
        this.json = json;
        this.clock = clock;
    }

    /** Writes one object with an array for each table. */
    void write(UUID userId, OutputStream target) throws IOException {
        try (JsonGenerator out = json.createGenerator(target)) {
            out.writeStartObject();
            out.writeStringProperty("exported_at", clock.instant().toString());
            for (String table : tables(userId)) {
                out.writeName(table);
                out.writeStartArray();
                UUID last = null;
                List<Row> page;
                do {
                    page = page(userId, table, last);
                    for (Row row : page) {
                        out.writeRawValue(row.json());
                        last = row.id();
                    }
                    out.flush();
                } while (page.size() == PAGE);
                out.writeEndArray();
            }
            out.writeEndObject();
        }
    }

    private List<String> tables(UUID userId) {
        return transactions.run(
                TenantContext.ofUser(userId),
                sql -> sql.sql(
                                "SELECT table_name FROM account_columns() ORDER BY table_name = 'users' DESC, table_name")
                        .query(String.class)
                        .list());
    }

    private List<Row> page(UUID userId, String table, @Nullable UUID after) {
        return transactions.run(
                TenantContext.ofUser(userId),
                sql -> sql.sql("""
                        SELECT CAST(r ->> 'id' AS uuid) AS id, CAST(r AS text) AS json
                        FROM account_rows(:table, CAST(:after AS uuid), :limit) r""")
                        .param("table", table)
                        .param("after", after)
                        .param("limit", PAGE)
                        .query((row, number) -> new Row(row.getObject("id", UUID.class), row.getString("json")))
                        .list());
    }
}
