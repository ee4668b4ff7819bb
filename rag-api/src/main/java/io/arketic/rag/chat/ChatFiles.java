package io.arketic.rag.chat;

import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.removal.RemovedObjects;
import io.arketic.rag.storage.DownloadLink;
import io.arketic.rag.storage.FileName;
import io.arketic.rag.storage.ObjectStorage;
import io.arketic.rag.storage.ObjectStorage.StoredObject;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.web.multipart.MultipartFile;

/**
 * Accesses the table {@code chat_files}, and the bucket beside that of the knowledge bases, which no ingest job reads.
 * An object is registered for removal before it is written, and the commit that refers to it cancels this, so that no
 * object stays behind after a failure.
 */
@Component
class ChatFiles {

    private static final String BUCKET = "chats";

    private final Transactions transactions;
    private final Identifiers identifiers;
    private final ObjectStorage storage;
    private final RemovedObjects removed;

    ChatFiles(Transactions transactions, Identifiers identifiers, ObjectStorage knowledge, RemovedObjects removed) {
        this.transactions = transactions;
        this.identifiers = identifiers;
        this.storage = knowledge.beside(BUCKET);
        this.removed = removed;
    }

    /** Stores a file as a separate message; refuses one that exceeds the organization's storage. */
    ChatMessage add(ChatAccess access, MultipartFile file) {
        UUID message = identifiers.next();
        String key = access.membership().organizationId() + "/" + access.chat().id() + "/" + message;
        removed.putDown(BUCKET, key);
        String name = FileName.of(file.getOriginalFilename());
        MediaKind kind;
        try (InputStream bytes = new BufferedInputStream(file.getInputStream())) {
            kind = MediaKind.of(bytes, file.getContentType(), name);
            storage.put(access.membership().organizationId(), key, bytes, file.getSize(), kind.mediaType());
        } catch (IOException broken) {
            throw new ProblemException(ProblemReason.MALFORMED_REQUEST, "The upload broke off.", broken);
        }
        return transactions.run(access.membership().context(), sql -> {
            // The lock comes before the chat's row, as everywhere; storage is counted at the commit.
            sql.sql("SELECT id FROM organizations WHERE id = :organization FOR NO KEY UPDATE")
                    .param("organization", access.membership().organizationId())
                    .query(UUID.class)
                    .list();
            Chats.locked(sql, access).uploading();
            sql.sql("""
                            INSERT INTO chat_messages (
                                id, organization_id, chat_id, sender_id, message_type, content, file_url)
                            VALUES (:id, :organization, :chat, :sender, CAST(:type AS message_type), :name, :url)""")
                    .param("id", message)
                    .param("organization", access.membership().organizationId())
                    .param("chat", access.chat().id())
                    .param("sender", access.membership().userId())
                    .param("type", kind.messageType())
                    .param("name", name)
                    .param("url", url(message))
                    .update();
            sql.sql("""
                            INSERT INTO chat_files (
                                organization_id, message_id, object_key, filename, media_type, file_size)
                            VALUES (:organization, :message, :key, :name, :type, :size)""")
                    .param("organization", access.membership().organizationId())
                    .param("message", message)
                    .param("key", key)
                    .param("name", name)
                    .param("type", kind.mediaType())
                    .param("size", file.getSize())
                    .update();
            return MessageRows.one(sql, message);
        });
    }

    /** Opens a file; the caller closes the stream. */
    StoredObject open(MessageAccess access) {
        return storage.open(access.chat().membership().organizationId(), key(access));
    }

    /** Opens a file like {@link #open}, for a thread of work with a separate place. */
    StoredObject read(MessageAccess access) {
        return storage.read(key(access));
    }

    /** Returns a link that names the media type only of images: any participant may have sent the file. */
    DownloadLink link(MessageAccess access, ChatFile file) {
        String type = access.message().messageType().equals("image")
                ? file.mediaType()
                : MediaType.APPLICATION_OCTET_STREAM_VALUE;
        return storage.link(access.chat().membership().organizationId(), key(access), file.filename(), type);
    }

    private String key(MessageAccess access) {
        return transactions
                .run(
                        access.chat().membership().context(),
                        sql -> sql.sql("SELECT object_key FROM chat_files WHERE message_id = :message")
                                .param("message", access.message().id())
                                .query(String.class)
                                .optional())
                .orElseThrow(() -> ProblemException.notFound("file"));
    }

    /** Returns the files by their messages, for those that have one. */
    static Map<UUID, ChatFile> of(JdbcClient sql, List<ChatMessage> messages) {
        List<UUID> ids = messages.stream()
                .filter(message -> message.messageType().equals("file")
                        || message.messageType().equals("image")
                        || message.messageType().equals("audio"))
                .map(ChatMessage::id)
                .toList();
        if (ids.isEmpty()) {
            return Map.of();
        }
        return sql
                .sql("""
                        SELECT f.message_id, f.filename, f.media_type, f.file_size, m.file_url, f.description
                        FROM chat_files f JOIN chat_messages m ON m.id = f.message_id
                        WHERE f.message_id IN (:ids)""")
                .param("ids", ids)
                .query((row, number) -> Map.entry(
                        row.getObject("message_id", UUID.class),
                        new ChatFile(
                                row.getString("filename"),
                                row.getString("media_type"),
                                row.getLong("file_size"),
                                row.getString("file_url"),
                                row.getString("description"))))
                .list()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static String url(UUID message) {
        return "/api/v1/messages/" + message + "/content";
    }
}
