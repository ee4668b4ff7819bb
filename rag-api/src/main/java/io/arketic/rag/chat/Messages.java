package io.arketic.rag.chat;

import io.arketic.rag.answer.Answer;
import io.arketic.rag.answer.Citation;
import io.arketic.rag.answer.Question.Turn;
import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.organization.AiAllowance;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The tables {@code chat_messages} and {@code message_citations}. */
@Component
class Messages {

    private static final int EARLIER = 10;

    private final Transactions transactions;
    private final Identifiers identifiers;
    private final AiAllowance allowance;

    Messages(Transactions transactions, Identifiers identifiers, AiAllowance allowance) {
        this.transactions = transactions;
        this.identifiers = identifiers;
        this.allowance = allowance;
    }

    /** Stores what a person wrote and counts it as an AI request, in one commit; returns the message's id. */
    UUID addQuestion(ChatAccess access, String content) {
        UUID id = identifiers.next();
        transactions.execute(access.membership().context(), sql -> {
            allowance.charge(sql);
            sql.sql("""
                            INSERT INTO chat_messages (id, organization_id, chat_id, sender_id, message_type, content)
                            VALUES (:id, :organization, :chat, :sender, 'user', :content)""")
                    .param("id", id)
                    .param("organization", access.membership().organizationId())
                    .param("chat", access.chat().id())
                    .param("sender", access.membership().userId())
                    .param("content", content)
                    .update();
        });
        return id;
    }

    /** Stores an answer with its citations in one commit; the database counts both. */
    ChatMessage addAnswer(ChatAccess access, UUID question, Answer answer, Duration took) {
        UUID id = identifiers.next();
        return transactions.run(access.membership().context(), sql -> {
            // The organization's row before the chat's, as with questions: the other way round they lock each other
            // out.
            allowance.record(sql, answer.tokens());
            sql.sql("""
                            INSERT INTO chat_messages (
                                id, organization_id, chat_id, reply_to_id, message_type, content, ai_model_used, tokens_used,
                                processing_time_ms, ai_confidence_score)
                            VALUES (
                                :id, :organization, :chat, :question, 'ai', :content, left(:model, 50), :tokens, :took,
                                :confidence)""")
                    .param("id", id)
                    .param("organization", access.membership().organizationId())
                    .param("chat", access.chat().id())
                    .param("question", question)
                    .param("content", answer.content())
                    .param("model", answer.model())
                    .param("tokens", answer.tokens())
                    .param("took", Math.toIntExact(took.toMillis()))
                    .param("confidence", answer.confidence())
                    .update();
            answer.citations().forEach(citation -> add(sql, access, id, citation));
            return sql.sql("SELECT * FROM chat_messages WHERE id = :id")
                    .param("id", id)
                    .query((row, number) -> message(row, answer.citations()))
                    .single();
        });
    }

    /** The last turns before a message, the oldest first. */
    List<Turn> before(ChatAccess access, UUID message) {
        List<Turn> turns = new ArrayList<>(transactions.run(
                access.membership().context(),
                sql -> sql.sql("""
                        SELECT message_type, content FROM chat_messages
                        WHERE chat_id = :chat AND id < :message AND message_type IN ('user', 'ai') AND NOT is_deleted
                        ORDER BY id DESC LIMIT :limit""")
                        .param("chat", access.chat().id())
                        .param("message", message)
                        .param("limit", EARLIER)
                        .query((row, number) -> new Turn("user".equals(row.getString(1)), row.getString(2)))
                        .list()));
        Collections.reverse(turns);
        return turns;
    }

    /** The newest first, with their citations. */
    List<ChatMessage> list(ChatAccess access, Cursor cursor, int limit) {
        return transactions.run(access.membership().context(), sql -> {
            Map<UUID, List<Citation>> citations = new HashMap<>();
            sql.sql("""
                            SELECT c.* FROM message_citations c JOIN (
                                SELECT id FROM chat_messages WHERE chat_id = :chat AND id < :after AND NOT is_deleted
                                ORDER BY id DESC LIMIT :limit) m ON m.id = c.message_id
                            ORDER BY c.message_id, c.number""")
                    .param("chat", access.chat().id())
                    .param("after", cursor.after())
                    .param("limit", limit)
                    .query((row, number) -> citations
                            .computeIfAbsent(row.getObject("message_id", UUID.class), id -> new ArrayList<>())
                            .add(citation(row)))
                    .list();
            return sql.sql("""
                            SELECT * FROM chat_messages WHERE chat_id = :chat AND id < :after AND NOT is_deleted
                            ORDER BY id DESC LIMIT :limit""")
                    .param("chat", access.chat().id())
                    .param("after", cursor.after())
                    .param("limit", limit)
                    .query((row, number) ->
                            message(row, citations.getOrDefault(row.getObject("id", UUID.class), List.of())))
                    .list();
        });
    }

    private static void add(JdbcClient sql, ChatAccess access, UUID message, Citation citation) {
        sql.sql("""
                        INSERT INTO message_citations (
                            organization_id, message_id, number, knowledge_base_id, document_id, document_version, chunk_id,
                            generation, filename, file_path, title, page_number, start_offset, end_offset, quote, score)
                        VALUES (
                            :organization, :message, :number, :base,
                            (SELECT id FROM knowledge_documents WHERE id = :document), :version, :chunk,
                            :generation, :filename, :path, :title, :page, :start, :end, :quote, :score)""")
                .param("organization", access.membership().organizationId())
                .param("message", message)
                .param("number", citation.number())
                .param("base", citation.knowledgeBaseId())
                .param("document", citation.documentId())
                .param("version", citation.documentVersion())
                .param("chunk", citation.chunkId())
                .param("generation", citation.generation())
                .param("filename", citation.filename())
                .param("path", citation.filePath())
                .param("title", citation.title())
                .param("page", citation.pageNumber())
                .param("start", citation.startOffset())
                .param("end", citation.endOffset())
                .param("quote", citation.quote())
                .param("score", citation.score())
                .update();
    }

    private static Citation citation(ResultSet row) throws SQLException {
        return new Citation(
                row.getInt("number"),
                row.getObject("knowledge_base_id", UUID.class),
                row.getObject("document_id", UUID.class),
                row.getInt("document_version"),
                row.getObject("chunk_id", UUID.class),
                row.getInt("generation"),
                row.getString("filename"),
                row.getString("file_path"),
                row.getString("title"),
                row.getObject("page_number", Integer.class),
                row.getInt("start_offset"),
                row.getInt("end_offset"),
                row.getString("quote"),
                row.getDouble("score"));
    }

    private static ChatMessage message(ResultSet row, List<Citation> citations) throws SQLException {
        var confidence = row.getBigDecimal("ai_confidence_score");
        return new ChatMessage(
                row.getObject("id", UUID.class),
                row.getObject("chat_id", UUID.class),
                row.getObject("sender_id", UUID.class),
                row.getObject("reply_to_id", UUID.class),
                row.getString("message_type"),
                row.getString("content"),
                row.getString("ai_model_used"),
                row.getObject("tokens_used", Integer.class),
                row.getObject("processing_time_ms", Integer.class),
                confidence == null ? null : confidence.doubleValue(),
                row.getString("status"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                citations);
    }
}
