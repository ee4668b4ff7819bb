package io.arketic.rag.organization;

import io.arketic.rag.listing.CsvField;
import io.arketic.rag.listing.Cursor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Exports the audit log one page at a time: no connection is held while a reader is slow. */
@Component
class AuditExport {

    private static final int PAGE = 500;
    private static final String HEAD =
            "id,occurred_at,user_id,action,table_name,row_id,before,after,request_id,credential\r\n";

    private final AuditLog log;
    private final JsonMapper json;

    AuditExport(AuditLog log, JsonMapper json) {
        this.log = log;
        this.json = json;
    }

    void asJsonLines(Membership membership, AuditLog.Filter filter, OutputStream target) throws IOException {
        write(membership, filter, target, entry -> json.writeValueAsString(entry) + "\n");
    }

    /** Writes CSV (RFC 4180). */
    void asCsv(Membership membership, AuditLog.Filter filter, OutputStream target) throws IOException {
        target.write(HEAD.getBytes(StandardCharsets.UTF_8));
        write(membership, filter, target, this::csv);
    }

    private void write(
            Membership membership, AuditLog.Filter filter, OutputStream target, Function<AuditLog.Entry, String> line)
            throws IOException {
        Cursor cursor = Cursor.parse(null);
        List<AuditLog.Entry> page;
        do {
            page = log.list(membership, filter, cursor, PAGE);
            for (AuditLog.Entry entry : page) {
                target.write(line.apply(entry).getBytes(StandardCharsets.UTF_8));
                cursor = new Cursor(entry.id());
            }
            target.flush();
        } while (page.size() == PAGE);
    }

    private String csv(AuditLog.Entry entry) {
        return Stream.<@Nullable Object>of(
                                entry.id(),
                                entry.occurredAt(),
                                entry.userId(),
                                entry.action(),
                                entry.tableName(),
                                entry.rowId(),
                                entry.before() == null ? null : json.writeValueAsString(entry.before()),
                                entry.after() == null ? null : json.writeValueAsString(entry.after()),
                                entry.requestId(),
                                entry.credential())
                        .map(CsvField::of)
                        .collect(Collectors.joining(","))
                + "\r\n";
    }
}
