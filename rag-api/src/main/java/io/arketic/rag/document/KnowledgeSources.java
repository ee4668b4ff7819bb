package io.arketic.rag.document;

import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.problem.ProblemException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Accesses the table {@code document_sources}: the documents in each knowledge base. The database makes the links of
 * the files from it; {@link KnowledgeFeed} feeds them.
 */
@Component
class KnowledgeSources {

    /**
     * Lists the knowledge bases of the document and of the folders above it; the files are those of the document alone.
     */
    private static final String LIST = """
            WITH RECURSIVE up AS (
                SELECT d.id, d.parent_id FROM documents d WHERE d.id = :document
                UNION ALL
                SELECT p.id, p.parent_id FROM documents p JOIN up ON p.id = up.parent_id
            ), down AS (
                SELECT d.id FROM documents d WHERE d.id = :document
                UNION ALL
                SELECT c.id FROM documents c JOIN down p ON c.parent_id = p.id
            )
            SELECT b.id, b.name, s.document_id, s.added_by_id, s.created_at, l.files, l.pending, l.failure
            FROM document_sources s
            JOIN knowledge_bases b ON b.id = s.knowledge_base_id AND b.removal_requested_at IS NULL
            CROSS JOIN LATERAL (
                SELECT count(*) AS files, count(*) FILTER (WHERE l.fed_version <> l.wanted_version) AS pending,
                    max(l.failure) AS failure
                FROM document_links l
                WHERE l.knowledge_base_id = b.id AND l.wanted_version > 0 AND l.document_id IN (SELECT id FROM down)) l
            WHERE s.document_id IN (SELECT id FROM up)
            ORDER BY b.name, b.id, s.created_at""";

    private final Transactions transactions;
    private final Identifiers identifiers;

    KnowledgeSources(Transactions transactions, Identifiers identifiers) {
        this.transactions = transactions;
        this.identifiers = identifiers;
    }

    List<KnowledgeSource> list(DocumentAccess access) {
        return transactions.run(
                access.membership().context(),
                sql -> sql.sql(LIST)
                        .param("document", access.document().id())
                        .query(KnowledgeSources::source)
                        .list());
    }

    /** Adds a document; repeating it changes no row. No document is put below a folder meanwhile. */
    void add(DocumentAccess access, UUID knowledgeBase) {
        UUID document = access.live().document().id();
        transactions.execute(access.membership().context(), sql -> {
            DocumentTree.lock(sql, access.membership(), true);
            new DocumentAccess(access.membership(), Documents.one(sql, document)).live();
            sql.sql("""
                            INSERT INTO document_sources (id, organization_id, document_id, knowledge_base_id, added_by_id)
                            VALUES (:id, :organization, :document, :base, :user)
                            ON CONFLICT (document_id, knowledge_base_id) DO NOTHING""")
                    .param("id", identifiers.next())
                    .param("organization", access.membership().organizationId())
                    .param("document", document)
                    .param("base", knowledgeBase)
                    .param("user", access.membership().userId())
                    .update();
        });
    }

    /** Removes a document: from its commit on no search finds it there, unless a folder above it was added, too. */
    void remove(DocumentAccess access, UUID knowledgeBase) {
        boolean removed = transactions.run(access.membership().context(), sql -> {
            DocumentTree.lock(sql, access.membership(), true);
            return sql.sql("DELETE FROM document_sources WHERE document_id = :document AND knowledge_base_id = :base")
                            .param("document", access.document().id())
                            .param("base", knowledgeBase)
                            .update()
                    > 0;
        });
        if (!removed) {
            throw ProblemException.notFound("document in the knowledge base by itself");
        }
    }

    private static KnowledgeSource source(ResultSet row, int number) throws SQLException {
        return new KnowledgeSource(
                row.getObject("id", UUID.class),
                row.getString("name"),
                row.getObject("document_id", UUID.class),
                row.getObject("added_by_id", UUID.class),
                row.getLong("files"),
                row.getLong("pending"),
                row.getString("failure"),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }
}
