package io.arketic.rag.chat;

import io.arketic.rag.answer.Citation;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads messages, and accesses the table {@code message_citations}. */
public final class MessageRows {

    private MessageRows() {}

    static ChatMessage one(JdbcClient sql, UUID id) {
        return find(sql, id).orElseThrow();
    }

    static Optional<ChatMessage> find(JdbcClient sql, UUID id) {
        return whole(
                        sql,
                        sql.sql("SELECT * FROM chat_messages WHERE id = :id")
                                .param("id", id)
                                .query(MessageRows::bare)
                                .list())
                .stream()
                .findFirst();
    }

    /** Returns those of the ids that are messages of the chat. */
    public static List<ChatMessage> all(JdbcClient sql, UUID chat, List<UUID> ids) {
        return whole(
                sql,
                sql.sql("SELECT * FROM chat_messages WHERE id IN (:ids) AND chat_id = :chat")
                        .param("ids", ids)
                        .param("chat", chat)
                        .query(MessageRows::bare)
                        .list());
    }

    static List<ChatMessage> whole(JdbcClient sql, List<ChatMessage> messages) {
        if (messages.isEmpty()) {
            return messages;
        }
        Map<UUID, List<Citation>> citations = new HashMap<>();
        sql.sql("SELECT * FROM message_citations WHERE message_id IN (:ids) ORDER BY message_id, number")
                .param("ids", messages.stream().map(ChatMessage::id).toList())
                .query((row, number) -> citations
                        .computeIfAbsent(row.getObject("message_id", UUID.class), id -> new ArrayList<>())
                        .add(citation(row)))
                .list();
        Map<UUID, ChatFile> files = ChatFiles.of(sql, messages);
        ReadMarks marks = ReadMarks.of(sql, messages);
        return messages.stream()
                .map(message -> message.with(
                        citations.getOrDefault(message.id(), List.of()),
                        files.get(message.id()),
                        marks.status(message)))
                .toList();
    }

    static void cite(JdbcClient sql, ChatAccess access, UUID message, List<Citation> citations) {
        for (Citation citation : citations) {
            sql.sql("""
                            INSERT INTO message_citations (
                                organization_id, message_id, number, knowledge_base_id, document_id, document_version,
                                chunk_id, chunk_hash, generation, filename, file_path, title, page_number,
                                start_offset, end_offset, quote, score)
                            VALUES (
                                :organization, :message, :number, :base,
                                (SELECT id FROM knowledge_documents WHERE id = :document), :version,
                                :chunk, (SELECT content_hash FROM knowledge_chunks WHERE id = :chunk), :generation,
                                :filename, :path, :title, :page, :start, :end, :quote, :score)""")
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
    }

    static Citation citation(ResultSet row) throws SQLException {
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

    /** Returns the message without its citations. */
    static ChatMessage bare(ResultSet row, int number) throws SQLException {
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
                row.getString("failure_reason"),
                row.getBoolean("is_edited"),
                row.getBoolean("is_deleted"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant(),
                List.of(),
                null);
    }
}
