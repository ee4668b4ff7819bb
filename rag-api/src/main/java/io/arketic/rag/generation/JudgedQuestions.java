package io.arketic.rag.generation;

import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.generation.JudgedQuestion.RelevantDocument;
import io.arketic.rag.knowledge.KnowledgeAccess;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.EntityTag;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Accesses the table {@code judged_questions}. */
@Component
class JudgedQuestions {

    /** Limits the questions of a knowledge base: a comparison asks each of them twice. */
    static final int MOST = 100;

    /** Policies leave out documents that the caller may not read. */
    private static final String COLUMNS = """
            SELECT q.id, q.knowledge_base_id, q.question, q.created_at, q.updated_at,
                ARRAY(SELECT d.id FROM knowledge_documents d
                    WHERE d.id = ANY (q.relevant_documents) AND d.status <> 'deleted' ORDER BY d.id) AS documents,
                ARRAY(SELECT d.filename::text FROM knowledge_documents d
                    WHERE d.id = ANY (q.relevant_documents) AND d.status <> 'deleted' ORDER BY d.id) AS filenames
            FROM judged_questions q\s""";

    private final Transactions transactions;
    private final Identifiers identifiers;

    JudgedQuestions(Transactions transactions, Identifiers identifiers) {
        this.transactions = transactions;
        this.identifiers = identifiers;
    }

    /** Returns the newest first. */
    List<JudgedQuestion> list(KnowledgeAccess access, Cursor cursor, int limit) {
        return transactions.run(
                access.membership().context(),
                sql -> sql.sql(COLUMNS
                                + "WHERE q.knowledge_base_id = :base AND q.id < :after ORDER BY q.id DESC LIMIT :limit")
                        .param("base", access.knowledgeBase().id())
                        .param("after", cursor.after())
                        .param("limit", limit)
                        .query(JudgedQuestions::question)
                        .list());
    }

    JudgedQuestion require(KnowledgeAccess access, UUID id) {
        return transactions.run(access.membership().context(), sql -> one(sql, access, id));
    }

    JudgedQuestion create(KnowledgeAccess access, String question, Set<UUID> relevant) {
        UUID id = identifiers.next();
        return asked(access, sql -> {
            mustHold(sql, access, relevant);
            sql.sql("""
                            INSERT INTO judged_questions (id, organization_id, knowledge_base_id, question, relevant_documents)
                            VALUES (:id, :organization, :base, :question, CAST(:documents AS uuid[]))""")
                    .param("id", id)
                    .param("organization", access.membership().organizationId())
                    .param("base", access.knowledgeBase().id())
                    .param("question", question)
                    .param("documents", array(relevant))
                    .update();
            long kept = sql.sql("SELECT count(*) FROM judged_questions WHERE knowledge_base_id = :base")
                    .param("base", access.knowledgeBase().id())
                    .query(Long.class)
                    .single();
            if (kept > MOST) {
                throw new ProblemException(
                        ProblemReason.CONFLICT, "A knowledge base has at most " + MOST + " judged questions.");
            }
            return one(sql, access, id);
        });
    }

    /**
     * Changes a question; it fails if it is no longer that of {@code basis}.
     *
     * @param question null leaves it
     * @param relevant null leaves them; those that the caller may not read stay in any case
     */
    JudgedQuestion change(
            KnowledgeAccess access, UUID id, EntityTag basis, @Nullable String question, @Nullable Set<UUID> relevant) {
        return asked(access, sql -> {
            sql.sql("SELECT id FROM judged_questions WHERE id = :id FOR UPDATE")
                    .param("id", id)
                    .query(UUID.class)
                    .list();
            basis.mustMatch(one(sql, access, id).updatedAt());
            if (relevant != null) {
                mustHold(sql, access, relevant);
            }
            sql.sql("""
                            UPDATE judged_questions q SET
                                question = coalesce(CAST(:question AS text), q.question),
                                relevant_documents = CASE WHEN :keep THEN q.relevant_documents
                                    ELSE CAST(:documents AS uuid[]) || ARRAY(
                                        SELECT r FROM unnest(q.relevant_documents) r
                                        WHERE NOT EXISTS (SELECT FROM knowledge_documents d WHERE d.id = r)) END,
                                updated_at = clock_timestamp()
                            WHERE q.id = :id""")
                    .param("question", question)
                    .param("keep", relevant == null)
                    .param("documents", array(relevant == null ? Set.of() : relevant))
                    .param("id", id)
                    .update();
            return one(sql, access, id);
        });
    }

    void delete(KnowledgeAccess access, UUID id) {
        transactions.execute(access.membership().context(), sql -> {
            one(sql, access, id);
            sql.sql("DELETE FROM judged_questions WHERE id = :id")
                    .param("id", id)
                    .update();
        });
    }

    private JudgedQuestion asked(KnowledgeAccess access, Function<JdbcClient, JudgedQuestion> work) {
        try {
            return transactions.run(access.membership().context(), work);
        } catch (DuplicateKeyException taken) {
            throw ProblemException.ofField(ProblemReason.CONFLICT, "question", "is kept already");
        }
    }

    private static void mustHold(JdbcClient sql, KnowledgeAccess access, Set<UUID> documents) {
        Set<UUID> held = new HashSet<>(sql.sql("""
                        SELECT id FROM knowledge_documents
                        WHERE knowledge_base_id = :base AND status <> 'deleted' AND id = ANY (CAST(:documents AS uuid[]))""")
                .param("base", access.knowledgeBase().id())
                .param("documents", array(documents))
                .query(UUID.class)
                .list());
        if (!held.containsAll(documents)) {
            throw ProblemException.ofField(
                    ProblemReason.INVALID_INPUT, "relevant_document_ids", "must name documents of the knowledge base");
        }
    }

    private static String[] array(Set<UUID> ids) {
        return ids.stream().map(UUID::toString).toArray(String[]::new);
    }

    private static JudgedQuestion one(JdbcClient sql, KnowledgeAccess access, UUID id) {
        return sql.sql(COLUMNS + "WHERE q.id = :id AND q.knowledge_base_id = :base")
                .param("id", id)
                .param("base", access.knowledgeBase().id())
                .query(JudgedQuestions::question)
                .optional()
                .orElseThrow(() -> ProblemException.notFound("judged question"));
    }

    private static JudgedQuestion question(ResultSet row, int number) throws SQLException {
        UUID[] documents = (UUID[]) row.getArray("documents").getArray();
        String[] filenames = (String[]) row.getArray("filenames").getArray();
        List<RelevantDocument> relevant = new ArrayList<>();
        for (int i = 0; i < documents.length; i++) {
            relevant.add(new RelevantDocument(documents[i], filenames[i]));
        }
        return new JudgedQuestion(
                row.getObject("id", UUID.class),
                row.getObject("knowledge_base_id", UUID.class),
                row.getString("question"),
                relevant,
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant());
    }
}
