package io.arketic.rag.document;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.StoreProperties;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.document.DocumentTree.Place;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Accesses the table {@code document_uploads}. An upload is its user's alone, and reserves the storage of the whole file
 * until it is complete, aborted or expired.
 */
@Component
class PartUploads {

    /** Limits a file: the store takes an object as at most 10,000 pieces of 8 MiB. */
    static final long LARGEST_FILE = 64L << 30;

    static final int MOST_PARTS = 1000;
    static final int SMALLEST_PART = 64 << 10;
    static final int LARGEST_PART = 256 << 20;

    private static final int USUAL_PART = 16 << 20;
    private static final int MIB = 1 << 20;

    /** Limits the uploads of a member that are not complete, and what they reserve together. */
    private static final int MOST_OPEN = 100;

    private static final long MOST_RESERVED = 2 * LARGEST_FILE;

    private static final String SELECT = """
            SELECT u.id, u.organization_id, u.parent_id, u.share_level, u.name, u.mime_type, u.file_size, u.file_hash,
                u.part_size, u.stored_as, u.created_at, u.expires_at,
                CASE WHEN u.completed_at IS NOT NULL THEN 'completed'
                     WHEN u.claimed_until > now() THEN 'completing' ELSE 'open' END AS status
            FROM document_uploads u
            """;

    private static final String ONE = SELECT + "WHERE u.id = ? AND (u.expires_at > now() OR u.claimed_until > now())";

    private final Transactions transactions;
    private final Memberships memberships;
    private final Identifiers identifiers;
    private final boolean acceptsLinks;

    PartUploads(Transactions transactions, Memberships memberships, Identifiers identifiers, StoreProperties store) {
        this.transactions = transactions;
        this.memberships = memberships;
        this.identifiers = identifiers;
        this.acceptsLinks = !store.publicEndpoint().isBlank();
    }

    /** Describes a file that is to be uploaded in parts. */
    record Planned(
            String name,
            String mimeType,
            long fileSize,
            @Nullable String fileHash,
            @Nullable Integer partSize) {}

    /** Holds an upload and its user's membership. */
    record Access(Membership membership, PartUpload upload) {}

    /** Reserves the storage and begins an upload. The database refuses one that exceeds the organization's storage. */
    PartUpload begin(Membership membership, Place place, Planned file) {
        int partSize = file.partSize() == null ? usualPart(file.fileSize()) : file.partSize();
        if (file.fileSize() > (long) partSize * MOST_PARTS) {
            throw ProblemException.ofField(
                    ProblemReason.INVALID_INPUT, "part_size", "must make at most " + MOST_PARTS + " parts of the file");
        }
        UUID id = identifiers.next();
        return transactions.run(membership.context(), sql -> {
            sql.sql("""
                            INSERT INTO document_uploads (
                                id, organization_id, owner_id, parent_id, share_level, name, mime_type, file_size, file_hash,
                                part_size)
                            VALUES (
                                :id, :organization, :owner, :parent, CAST(:level AS share_level), :name, :mime, :size, :hash,
                                :part)""")
                    .param("id", id)
                    .param("organization", membership.organizationId())
                    .param("owner", membership.userId())
                    .param("parent", place.parentId())
                    .param("level", place.shareLevel())
                    .param("name", file.name())
                    .param("mime", file.mimeType())
                    .param("size", file.fileSize())
                    .param("hash", file.fileHash())
                    .param("part", partSize)
                    .update();
            // The reservation locked the organization's row: parallel requests are counted, too.
            refuseTooMany(sql);
            return one(sql, id);
        });
    }

    private static void refuseTooMany(JdbcClient sql) {
        record Open(long uploads, long bytes) {}
        Open open = sql.sql("""
                        SELECT count(*) AS uploads, coalesce(sum(file_size), 0) AS bytes
                        FROM document_uploads WHERE completed_at IS NULL AND expires_at > now()""")
                .query((row, number) -> new Open(row.getLong("uploads"), row.getLong("bytes")))
                .single();
        if (open.uploads() > MOST_OPEN) {
            throw new ProblemException(
                    ProblemReason.CONFLICT,
                    "At most " + MOST_OPEN + " uploads of a member are open; complete or abort one.");
        }
        if (open.bytes() > MOST_RESERVED) {
            throw new ProblemException(
                    ProblemReason.CONFLICT,
                    "The open uploads of a member reserve at most " + (MOST_RESERVED >> 30)
                            + " GiB together; complete or abort one.");
        }
    }

    /** Finds the caller's own upload; one of others, or an expired one, is not found. */
    Access require(Caller caller, UUID id) {
        return memberships.locate(caller, "upload", id, ONE, this::upload, Access::new);
    }

    /** Returns the member's uploads, the newest first. */
    List<PartUpload> list(Membership membership, Cursor cursor, int limit) {
        return transactions.run(
                membership.context(),
                sql -> sql.sql(SELECT + "WHERE u.id < :after AND u.expires_at > now() ORDER BY u.id DESC LIMIT :limit")
                        .param("after", cursor.after())
                        .param("limit", limit)
                        .query(this::upload)
                        .list());
    }

    PartUpload one(JdbcClient sql, UUID id) {
        return sql.sql(ONE)
                .param(id)
                .query(this::upload)
                .optional()
                .orElseThrow(() -> ProblemException.notFound("upload"));
    }

    /** Locks an upload until the end of the transaction, and returns it as it is then. */
    PartUpload locked(JdbcClient sql, UUID id) {
        sql.sql("SELECT id FROM document_uploads WHERE id = :id FOR UPDATE")
                .param("id", id)
                .query(UUID.class)
                .list();
        return one(sql, id);
    }

    /** Ends an upload in any state. Its parts are removed from the store; a document that it became stays. */
    void abort(Access access) {
        int gone = transactions.run(
                access.membership().context(),
                sql -> sql.sql("DELETE FROM document_uploads WHERE id = :id")
                        .param("id", access.upload().id())
                        .update());
        if (gone == 0) {
            throw ProblemException.notFound("upload");
        }
    }

    /**
     * Takes the upload for this request; empty if it is complete. Parts that made other bytes than promised are refused until
     * one of them changes, without reading them again.
     */
    Optional<UUID> claim(Access access, Duration lease) {
        return transactions.run(access.membership().context(), sql -> {
            PartUpload now = locked(sql, access.upload().id());
            if (now.status().equals(PartUpload.COMPLETED)) {
                return Optional.empty();
            }
            refuseWhileCompleting(now);
            sql.sql("SELECT refused_digest FROM document_uploads WHERE id = :id AND refused_digest IS NOT NULL")
                    .param("id", now.id())
                    .query(String.class)
                    .optional()
                    .ifPresent(hash -> {
                        throw DocumentUploads.mismatch(hash);
                    });
            UUID claim = identifiers.next();
            sql.sql("""
                            UPDATE document_uploads SET claim = :claim, claimed_until = now() + make_interval(secs => :lease)
                            WHERE id = :id""")
                    .param("claim", claim)
                    .param("lease", lease.toSeconds())
                    .param("id", now.id())
                    .update();
            return Optional.of(claim);
        });
    }

    static void refuseWhileCompleting(PartUpload upload) {
        if (upload.status().equals(PartUpload.COMPLETING)) {
            throw new ProblemException(
                    ProblemReason.CONFLICT, "Another request is completing the upload; ask for its state.");
        }
    }

    /** Holds a claim for longer. */
    void renew(Access access, UUID claim, Duration lease) {
        requireClaim(transactions.run(
                access.membership().context(),
                sql -> sql.sql("""
                                UPDATE document_uploads SET claimed_until = now() + make_interval(secs => :lease)
                                WHERE id = :id AND claim = :claim""")
                        .param("lease", lease.toSeconds())
                        .param("id", access.upload().id())
                        .param("claim", claim)
                        .update()));
    }

    /**
     * Remembers that the parts make other bytes than the whole file's hash promises. From then on no part counts as checked: one
     * that is sent again is written again, and the next completion finds the parts that the store has changed.
     */
    void refuse(Access access, UUID claim, String hash) {
        transactions.execute(access.membership().context(), sql -> {
            int refused = sql.sql(
                            "UPDATE document_uploads SET refused_digest = :hash WHERE id = :id AND claim = :claim")
                    .param("hash", hash)
                    .param("id", access.upload().id())
                    .param("claim", claim)
                    .update();
            if (refused == 1) {
                sql.sql("""
                                UPDATE document_upload_parts SET linked_until = '-infinity'
                                WHERE upload_id = :id AND linked_until IS NULL""").param("id", access.upload().id()).update();
            }
        });
    }

    /** Gives a claim back; has no effect if it was lost. */
    void release(Access access, UUID claim) {
        transactions.run(
                access.membership().context(),
                sql -> sql.sql(
                                "UPDATE document_uploads SET claim = NULL, claimed_until = NULL WHERE id = :id AND claim = :claim")
                        .param("id", access.upload().id())
                        .param("claim", claim)
                        .update());
    }

    /** Ends the reservation, in the transaction that counts the document. */
    void complete(JdbcClient sql, UUID upload, UUID claim) {
        requireClaim(sql.sql("""
                        UPDATE document_uploads
                        SET completed_at = now(), expires_at = now() + interval '1 day', claim = NULL, claimed_until = NULL
                        WHERE id = :id AND claim = :claim""").param("id", upload).param("claim", claim).update());
        sql.sql("DELETE FROM document_upload_parts WHERE upload_id = :id")
                .param("id", upload)
                .update();
    }

    void became(JdbcClient sql, UUID upload, UUID document) {
        sql.sql("UPDATE document_uploads SET stored_as = :document WHERE id = :id")
                .param("document", document)
                .param("id", upload)
                .update();
    }

    private static void requireClaim(int held) {
        if (held == 0) {
            throw new ProblemException(
                    ProblemReason.CONFLICT,
                    "The upload was aborted or got another part meanwhile. Ask for its state, and complete it again if it is open.");
        }
    }

    private static int usualPart(long fileSize) {
        long least = (fileSize + MOST_PARTS - 1) / MOST_PARTS;
        return Math.toIntExact(Math.max(USUAL_PART, (least + MIB - 1) / MIB * MIB));
    }

    private PartUpload upload(ResultSet row, int number) throws SQLException {
        long size = row.getLong("file_size");
        int partSize = row.getInt("part_size");
        return new PartUpload(
                row.getObject("id", UUID.class),
                row.getObject("organization_id", UUID.class),
                row.getObject("parent_id", UUID.class),
                row.getString("share_level"),
                row.getString("name"),
                row.getString("mime_type"),
                size,
                row.getString("file_hash"),
                partSize,
                PartUpload.partCount(size, partSize),
                row.getString("status"),
                acceptsLinks,
                row.getObject("stored_as", UUID.class),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("expires_at", OffsetDateTime.class).toInstant());
    }
}
