package io.arketic.rag.answer;

import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.organization.Membership;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Finds the creation date of a document or, if it has none, the day of its file's last change. In UTC. */
final class DocumentDates {

    private final Transactions transactions;

    DocumentDates(Transactions transactions) {
        this.transactions = transactions;
    }

    /** Returns the dates, without those of deleted or undated documents. */
    Map<UUID, LocalDate> of(Membership membership, Collection<UUID> documents) {
        Map<UUID, LocalDate> dates = new HashMap<>();
        if (documents.isEmpty()) {
            return dates;
        }
        transactions.execute(
                membership.context(),
                sql -> sql.sql("""
                                SELECT id, (coalesce(document_created_at, object_last_modified) AT TIME ZONE 'UTC')::date AS day
                                FROM knowledge_documents
                                WHERE id IN (:ids) AND coalesce(document_created_at, object_last_modified) IS NOT NULL""")
                        .param("ids", documents)
                        .query((row, number) ->
                                dates.put(row.getObject("id", UUID.class), row.getObject("day", LocalDate.class)))
                        .list());
        return dates;
    }
}
