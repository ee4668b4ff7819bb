package io.arketic.rag.document;

import io.arketic.rag.bulkhead.WordSearches;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.document.DocumentTree.Place;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.NameCursor;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads the table {@code documents}. Row-level security alone decides which of them a member sees. */
@Component
class Documents {

    /** Lists the columns for {@link #document}; {@code trashed_at} is beside it. It never contains the text. */
    static final String COLUMNS = """
            d.id, d.organization_id, d.owner_id, d.parent_id, d.name, d.description, d.document_type, d.file_size, \
            d.file_hash, d.mime_type, d.share_level, d.narrowed, d.folder_path, d.version_number, d.version_at, d.created_at, \
            d.view_count, d.download_count, \
            d.updated_at""";

    private static final String ONE = "SELECT " + COLUMNS + ", s.trashed_at " + """
            FROM documents d CROSS JOIN LATERAL document_standing(d.id) s
            WHERE d.id = ? AND d.version_of_id IS NULL AND NOT s.gone""";

    /** Reads one page of one place; the index on place and name gives it in order. */
    private static final String PLACE =
            "SELECT " + COLUMNS + ", CAST(NULL AS timestamptz) AS trashed_at, d.compared_name " + """
            FROM documents d
            WHERE d.place_id = %s AND d.deleted_at IS NULL AND d.version_of_id IS NULL
              AND (d.compared_name, d.id) > (:name, :id)
            ORDER BY d.compared_name, d.id LIMIT :limit""";

    private final Transactions transactions;
    private final Memberships memberships;
    private final WordSearches searches;

    Documents(Transactions transactions, Memberships memberships, WordSearches searches) {
        this.searches = searches;
        this.transactions = transactions;
        this.memberships = memberships;
    }

    /**
     * Finds a document in any of the caller's organizations; one of others, or one that is being deleted, is not found.
     */
    DocumentAccess require(Caller caller, UUID id) {
        return memberships.locate(caller, "document", id, ONE, Documents::document, DocumentAccess::new);
    }

    /** Returns the document as it is in this transaction. */
    static Document one(JdbcClient sql, UUID id) {
        return sql.sql(ONE)
                .param(id)
                .query(Documents::document)
                .optional()
                .orElseThrow(() -> ProblemException.notFound("document"));
    }

    /** Finds a folder of this organization that the member sees. */
    Document requireFolder(Membership membership, UUID id) {
        return transactions
                .run(
                        membership.context(),
                        sql -> sql.sql(ONE).param(id).query(Documents::document).optional())
                .filter(Document::isFolder)
                .orElseThrow(() -> ProblemException.notFound("folder"));
    }

    /** Returns the place; a document in a folder has the folder's visibility. */
    Place place(Membership membership, @Nullable UUID parentId, @Nullable String shareLevel) {
        if (parentId == null) {
            return new Place(null, shareLevel == null ? Document.PRIVATE : shareLevel);
        }
        Document folder = requireFolder(membership, parentId);
        new DocumentAccess(membership, folder).live();
        if (shareLevel != null && !shareLevel.equals(folder.shareLevel())) {
            throw ProblemException.ofField(ProblemReason.INVALID_INPUT, "share_level", "is that of the folder here");
        }
        return new Place(parentId, folder.shareLevel());
    }

    /**
     * Returns documents in the order of their names. At the top are the organization's documents and the member's
     * private ones.
     */
    List<Document> list(Membership membership, @Nullable UUID folder, NameCursor cursor, int limit) {
        String both = "SELECT * FROM ((" + PLACE.formatted(":place") + ") UNION ALL (" + PLACE.formatted(":own")
                + ")) p ORDER BY compared_name, id LIMIT :limit";
        return transactions.run(
                membership.context(),
                sql -> sql.sql(folder == null ? both : PLACE.formatted(":place"))
                        .param("place", folder == null ? membership.organizationId() : folder)
                        .param("own", membership.userId())
                        .param("name", cursor.name())
                        .param("id", cursor.id())
                        .param("limit", limit)
                        .query(Documents::document)
                        .list());
    }

    /** Returns every folder that the member sees outside of the trash, the newest first, for drawing a tree. */
    List<Document> folders(Membership membership, Cursor cursor, int limit) {
        return transactions.run(
                membership.context(),
                sql -> sql.sql("SELECT " + COLUMNS + ", s.trashed_at " + """
                        FROM documents d CROSS JOIN LATERAL document_standing(d.id) s
                        WHERE d.document_type = 'folder' AND d.deleted_at IS NULL AND d.id < :after
                          AND s.trashed_at IS NULL
                        ORDER BY d.id DESC LIMIT :limit""")
                        .param("after", cursor.after())
                        .param("limit", limit)
                        .query(Documents::document)
                        .list());
    }

    /** Returns the documents that users put into the trash, without their content; the newest document first. */
    List<Document> trash(Membership membership, Cursor cursor, int limit) {
        return transactions.run(
                membership.context(),
                sql -> sql.sql("SELECT " + COLUMNS + ", d.deleted_at AS trashed_at " + """
                        FROM documents d
                        WHERE d.organization_id = :organization AND d.deleted_at IS NOT NULL
                          AND d.version_of_id IS NULL AND d.status <> 'deleted' AND d.id < :after
                        ORDER BY d.id DESC LIMIT :limit""")
                        .param("organization", membership.organizationId())
                        .param("after", cursor.after())
                        .param("limit", limit)
                        .query(Documents::document)
                        .list());
    }

    /** Selects the searched part of the drive; null is no condition. Times are those of the latest version. */
    record Filter(
            @Nullable UUID folderId,
            @Nullable String documentType,
            @Nullable UUID ownerId,
            @Nullable Instant since,
            @Nullable Instant until,
            @Nullable Long minSize,
            @Nullable Long maxSize) {}

    /**
     * Returns the best first, by the words of their names, descriptions and extracted texts, without the trash.
     *
     * @throws ProblemException where the owner is not a member of the organization
     */
    List<Document> search(Membership membership, String words, Filter filter, int limit) {
        return searches.find(
                membership.organizationId(),
                () -> transactions.run(membership.context(), sql -> {
                    if (filter.ownerId() != null) {
                        requireMember(sql, membership, filter.ownerId());
                    }
                    return found(sql, words, filter, limit);
                }));
    }

    private static List<Document> found(JdbcClient sql, String words, Filter filter, int limit) {
        return sql.sql("SELECT " + COLUMNS + ", CAST(NULL AS timestamptz) AS trashed_at " + """
                        FROM find_documents(
                            :words, CAST(:folder AS uuid), CAST(:type AS text), CAST(:owner AS uuid),
                            CAST(:since AS timestamptz), CAST(:until AS timestamptz), CAST(:least AS bigint),
                            CAST(:most AS bigint), :limit) s
                        JOIN documents d ON d.id = s.id
                        ORDER BY s.rank DESC, d.id DESC""")
                .param("words", words)
                .param("folder", filter.folderId())
                .param("type", filter.documentType())
                .param("owner", filter.ownerId())
                .param("since", time(filter.since()))
                .param("until", time(filter.until()))
                .param("least", filter.minSize())
                .param("most", filter.maxSize())
                .param("limit", limit)
                .query(Documents::document)
                .list();
    }

    /** Refuses another organization's user as an unknown one. A former member may still own documents. */
    private static void requireMember(JdbcClient sql, Membership membership, UUID owner) {
        long members = sql.sql("""
                        SELECT count(*) FROM organization_members
                        WHERE organization_id = :organization AND user_id = :owner""")
                .param("organization", membership.organizationId())
                .param("owner", owner)
                .query(Long.class)
                .single();
        if (members == 0) {
            throw ProblemException.ofField(
                    ProblemReason.INVALID_INPUT, "owner_id", "must be of a member of the organization");
        }
    }

    static Document document(ResultSet row, int number) throws SQLException {
        return new Document(
                row.getObject("id", UUID.class),
                row.getObject("organization_id", UUID.class),
                row.getObject("owner_id", UUID.class),
                row.getObject("parent_id", UUID.class),
                row.getString("name"),
                row.getString("description"),
                row.getString("document_type"),
                row.getLong("file_size"),
                row.getString("file_hash"),
                row.getString("mime_type"),
                row.getString("share_level"),
                row.getBoolean("narrowed"),
                row.getString("folder_path"),
                row.getInt("version_number"),
                row.getObject("version_at", OffsetDateTime.class).toInstant(),
                row.getInt("view_count"),
                row.getInt("download_count"),
                instant(row.getObject("trashed_at", OffsetDateTime.class)),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant());
    }

    private static @Nullable OffsetDateTime time(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }
}
