package io.arketic.rag.document;

import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.document.PartUploads.Access;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.storage.ObjectStorage;
import io.arketic.rag.storage.UploadLink;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.web.multipart.MultipartFile;

/**
 * Receives the parts of uploads, each as an object of its own. A part that is sent again replaces the former one; equal
 * bytes change nothing. An object is registered for removal before it is written, and again when its part goes.
 */
@Component
class UploadParts {

    private final Transactions transactions;
    private final Identifiers identifiers;
    private final PartUploads uploads;
    private final DocumentUploads objects;
    private final ObjectStorage storage;

    UploadParts(
            Transactions transactions,
            Identifiers identifiers,
            PartUploads uploads,
            DocumentUploads objects,
            ObjectStorage knowledge) {
        this.transactions = transactions;
        this.identifiers = identifiers;
        this.uploads = uploads;
        this.objects = objects;
        this.storage = knowledge.beside(DocumentUploads.BUCKET);
    }

    /**
     * Stores a part.
     *
     * @param sha256 what the caller says that the bytes are; null asks nothing
     */
    UploadedPart put(Access access, int number, MultipartFile file, @Nullable String sha256) {
        requireOpen(access.upload(), number);
        long size = access.upload().sizeOf(number);
        if (file.getSize() != size) {
            throw ProblemException.ofField(
                    ProblemReason.INVALID_INPUT, "files", "must hold the " + size + " bytes of part " + number);
        }
        String hash = hash(file);
        if (DocumentUploads.differs(sha256, hash)) {
            throw DocumentUploads.mismatch(hash);
        }
        Optional<UploadedPart> there = find(access, number)
                .filter(part -> part.checked() && part.hash().equals(hash) && part.receivedAt() != null);
        if (there.isPresent()) {
            return there.get();
        }
        UUID tenant = access.membership().organizationId();
        String key = objects.newObject(folder(access));
        try (InputStream bytes = file.getInputStream()) {
            storage.put(tenant, key, bytes, size, access.upload().mimeType());
        } catch (IOException broken) {
            throw new ProblemException(ProblemReason.MALFORMED_REQUEST, "The upload broke off.", broken);
        }
        try {
            return enter(access, number, hash, key, null);
        } catch (ProblemException refused) {
            objects.discard(tenant, key);
            throw refused;
        }
    }

    /** Makes a link to which the client sends the part's bytes; they are checked when the upload is completed. */
    UploadLink link(Access access, int number, String sha256) {
        requireOpen(access.upload(), number);
        if (!access.upload().acceptsLinks()) {
            throw new ProblemException(
                    ProblemReason.CONFLICT, "The store has no public address here; send parts to this API.");
        }
        UUID tenant = access.membership().organizationId();
        String key = objects.newObject(folder(access));
        UploadLink link = storage.uploadLink(tenant, key);
        enter(access, number, sha256.toLowerCase(Locale.ROOT), key, link.expiresAt());
        return link;
    }

    /** Returns the parts after a number, in order. Parts that clients sent to the store are looked for there. */
    List<UploadedPart> list(Access access, int after, int limit) {
        List<UploadedPart> parts = transactions.run(
                access.membership().context(),
                sql -> sql.sql("""
                        SELECT part_number, file_size, file_hash, object_key, linked_until IS NULL AS checked, received_at
                        FROM document_upload_parts
                        WHERE upload_id = :upload AND part_number > :after ORDER BY part_number LIMIT :limit""")
                        .param("upload", access.upload().id())
                        .param("after", after)
                        .param("limit", limit)
                        .query(UploadParts::part)
                        .list());
        if (parts.stream().allMatch(part -> part.receivedAt() != null)) {
            return parts;
        }
        Map<String, Long> sizes = storage.sizes(access.membership().organizationId(), folder(access) + "/");
        return seen(access, parts, sizes);
    }

    /** Returns the folder of an upload's parts, so that one listing shows them all. */
    private static String folder(Access access) {
        return access.membership().organizationId() + "/" + access.upload().id();
    }

    /** Opens a part's object; the caller closes it. */
    InputStream open(UploadedPart part) {
        return storage.read(part.objectKey()).bytes();
    }

    /** Forgets a part whose bytes are missing or not the promised ones; the client sends it again. */
    void forget(Access access, UploadedPart part) {
        transactions.run(
                access.membership().context(),
                sql -> sql.sql("DELETE FROM document_upload_parts WHERE upload_id = :upload AND object_key = :key")
                        .param("upload", access.upload().id())
                        .param("key", part.objectKey())
                        .update());
    }

    private static void requireOpen(PartUpload upload, int number) {
        if (number < 1 || number > upload.partCount()) {
            throw ProblemException.ofField(
                    ProblemReason.INVALID_INPUT,
                    "part",
                    upload.partCount() == 0
                            ? "must not be sent: the file is empty"
                            : "must be from 1 to " + upload.partCount());
        }
        if (upload.status().equals(PartUpload.COMPLETED)) {
            throw new ProblemException(ProblemReason.CONFLICT, "The upload is complete.");
        }
        PartUploads.refuseWhileCompleting(upload);
    }

    private Optional<UploadedPart> find(Access access, int number) {
        return transactions.run(
                access.membership().context(), sql -> find(sql, access.upload().id(), number));
    }

    private static Optional<UploadedPart> find(JdbcClient sql, UUID upload, int number) {
        return sql.sql("""
                        SELECT part_number, file_size, file_hash, object_key, linked_until IS NULL AS checked, received_at
                        FROM document_upload_parts WHERE upload_id = :upload AND part_number = :number""")
                .param("upload", upload)
                .param("number", number)
                .query(UploadParts::part)
                .optional();
    }

    /**
     * Enters a part. A claim that has run out ends with it. A part that is there lets the upload live for another day, a link
     * does not: else links alone would keep it for ever.
     */
    private UploadedPart enter(Access access, int number, String hash, String key, @Nullable Instant linkedUntil) {
        UUID upload = access.upload().id();
        return transactions.run(access.membership().context(), sql -> {
            requireOpen(uploads.locked(sql, upload), number);
            sql.sql(
                            "UPDATE document_uploads SET claim = NULL, claimed_until = NULL, refused_digest = NULL WHERE id = :id")
                    .param("id", upload)
                    .update();
            if (linkedUntil == null) {
                prolong(sql, upload);
            }
            sql.sql("""
                            INSERT INTO document_upload_parts AS p (
                                id, organization_id, upload_id, part_number, file_size, file_hash, object_key, linked_until,
                                received_at)
                            VALUES (
                                :id, :organization, :upload, :number, :size, :hash, :key, CAST(:linked AS timestamptz),
                                CASE WHEN CAST(:linked AS timestamptz) IS NULL THEN now() END)
                            ON CONFLICT (upload_id, part_number) DO UPDATE
                            SET file_hash = excluded.file_hash, object_key = excluded.object_key,
                                linked_until = excluded.linked_until, received_at = excluded.received_at""")
                    .param("id", identifiers.next())
                    .param("organization", access.membership().organizationId())
                    .param("upload", upload)
                    .param("number", number)
                    .param("size", access.upload().sizeOf(number))
                    .param("hash", hash)
                    .param("key", key)
                    .param("linked", linkedUntil == null ? null : linkedUntil.atOffset(ZoneOffset.UTC))
                    .update();
            return find(sql, upload, number).orElseThrow();
        });
    }

    /** Lets an upload live for another day, within a week of its beginning. */
    private static void prolong(JdbcClient sql, UUID upload) {
        sql.sql("""
                        UPDATE document_uploads
                        SET expires_at = greatest(expires_at, least(now() + interval '1 day', created_at + interval '7 days'))
                        WHERE id = :id""").param("id", upload).update();
    }

    /**
     * Receives the parts that clients sent to the store. An object of another size counts nowhere as storage, so it is removed
     * at once, and again a day after its link has ended; the client asks for a new link.
     *
     * @param sizes of the objects that are there, by their keys
     */
    private List<UploadedPart> seen(Access access, List<UploadedPart> parts, Map<String, Long> sizes) {
        Map<Boolean, List<String>> keys = parts.stream()
                .filter(part -> part.receivedAt() == null && sizes.containsKey(part.objectKey()))
                .collect(Collectors.partitioningBy(
                        part -> Long.valueOf(part.size()).equals(sizes.get(part.objectKey())),
                        Collectors.mapping(UploadedPart::objectKey, Collectors.toList())));
        List<String> right = keys.getOrDefault(true, List.of());
        List<String> wrong = keys.getOrDefault(false, List.of());
        if (right.isEmpty() && wrong.isEmpty()) {
            return parts;
        }
        Map<String, Instant> received = transactions.run(access.membership().context(), sql -> {
            // The upload is locked before its parts, as where a part comes.
            Map<String, Instant> at = receive(sql, access.upload().id(), right);
            forget(sql, access.upload().id(), wrong);
            return at;
        });
        wrong.forEach(key -> objects.discard(access.membership().organizationId(), key));
        return parts.stream()
                .map(part -> part.receivedAt() == null ? part.received(received.get(part.objectKey())) : part)
                .toList();
    }

    private static void forget(JdbcClient sql, UUID upload, List<String> keys) {
        sql.sql("""
                        DELETE FROM document_upload_parts
                        WHERE upload_id = :upload AND object_key = ANY (CAST(:keys AS text[]))""")
                .param("upload", upload)
                .param("keys", keys.toArray(new String[0]))
                .update();
    }

    /** Returns when the parts were received, by their keys. */
    private static Map<String, Instant> receive(JdbcClient sql, UUID upload, List<String> keys) {
        if (keys.isEmpty()) {
            return Map.of();
        }
        prolong(sql, upload);
        Map<String, Instant> received = new HashMap<>();
        sql.sql("""
                        UPDATE document_upload_parts SET received_at = coalesce(received_at, now())
                        WHERE upload_id = :upload AND object_key = ANY (CAST(:keys AS text[]))
                        RETURNING object_key, received_at""")
                .param("upload", upload)
                .param("keys", keys.toArray(new String[0]))
                .query(row -> {
                    received.put(
                            row.getString("object_key"),
                            row.getObject("received_at", OffsetDateTime.class).toInstant());
                });
        return received;
    }

    private static String hash(MultipartFile file) {
        MessageDigest digest = DocumentUploads.sha256();
        try (InputStream bytes = new DigestInputStream(file.getInputStream(), digest)) {
            bytes.transferTo(OutputStream.nullOutputStream());
        } catch (IOException broken) {
            throw new ProblemException(ProblemReason.MALFORMED_REQUEST, "The upload broke off.", broken);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static UploadedPart part(ResultSet row, int number) throws SQLException {
        OffsetDateTime received = row.getObject("received_at", OffsetDateTime.class);
        return new UploadedPart(
                row.getInt("part_number"),
                row.getLong("file_size"),
                row.getString("file_hash"),
                row.getString("object_key"),
                row.getBoolean("checked"),
                received == null ? null : received.toInstant());
    }
}
