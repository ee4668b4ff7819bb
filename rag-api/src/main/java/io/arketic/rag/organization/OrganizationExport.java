package io.arketic.rag.organization;

import io.arketic.rag.deployment.Transactions;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Exports every row of an organization that the caller sees, for all tables: a page at a time, so that no connection is
 * held while a reader is slow. It contains no secrets.
 */
@Component
class OrganizationExport {

    private record Row(@Nullable UUID id, String json) {}

    private static final int PAGE = 200;

    private final Transactions transactions;
    private final Organizations organizations;
    private final JsonMapper json;

    OrganizationExport(Transactions transactions, Organizations organizations, JsonMapper json) {
        this.transactions = transactions;
        this.organizations = organizations;
        this.json = json;
    }

    /** Writes a line for each row, with its table; the organization's own is the first. */
    void write(Membership membership, OutputStream target) throws IOException {
        Map<String, Object> own = new LinkedHashMap<>();
        own.put("table", "organizations");
        own.put("row", organizations.require(membership));
        target.write((json.writeValueAsString(own) + "\n").getBytes(StandardCharsets.UTF_8));
        for (String table : tables(membership)) {
            UUID last = null;
            List<Row> page;
            do {
                page = page(membership, table, last);
                for (Row row : page) {
                    String line = "{\"table\":\"" + table + "\",\"row\":" + row.json() + "}\n";
                    target.write(line.getBytes(StandardCharsets.UTF_8));
                    last = row.id();
                }
                target.flush();
            } while (page.size() == PAGE && last != null);
        }
    }

    private List<String> tables(Membership membership) {
        return transactions.run(
                membership.context(),
                sql -> sql.sql("SELECT organization_tables()")
                        .query(String.class)
                        .list());
    }

    private List<Row> page(Membership membership, String table, @Nullable UUID after) {
        return transactions.run(
                membership.context(),
                sql -> sql.sql("""
                        SELECT id, CAST(content AS text) AS json
                        FROM organization_rows(:table, CAST(:after AS uuid), :limit)""")
                        .param("table", table)
                        .param("after", after)
                        .param("limit", PAGE)
                        .query((row, number) -> new Row(row.getObject("id", UUID.class), row.getString("json")))
                        .list());
    }
}
