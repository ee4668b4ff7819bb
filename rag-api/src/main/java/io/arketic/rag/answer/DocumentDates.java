package io.arketic.rag.answer;

import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.organization.Membership;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Finds the creation date of a document or, if it has none, the day of its file's last change. */
final class DocumentDates {

    private final Transactions transactions;

    DocumentDates(Transactions transactions) {
        this.transactions = transactions;
    }

    /** Returns the dates in the zone, without those of deleted or undated documents. */
    Map<UUID, LocalDate> of(Membership membership, ZoneId zone, Collection<UUID> documents) {
        Map<UUID, LocalDate> dates = new HashMap<>();
        if (documents.isEmpty()) {
            return dates;
        }
        transactions.execute(
                membership.context(),
                sql -> sql.sql("""
                                SELECT id, coalesce(document_created_at, object_last_modified) AS at
                                FROM knowledge_documents
                                WHERE id IN (:ids) AND coalesce(document_created_at, object_last_modified) IS NOT NULL""")
                        .param("ids", documents)
                        .query((row, number) -> dates.put(
                                row.getObject("id", UUID.class),
                                row.getObject("at", OffsetDateTime.class)
                                        .atZoneSameInstant(zone)
                                        .toLocalDate()))
                        .list());
        return dates;
    }
}
