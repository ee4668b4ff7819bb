package io.arketic.rag.document;

import io.arketic.rag.account.Passwords;
import io.arketic.rag.caller.SecretToken;
import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.PublicAddress;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.NameCursor;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Accesses the table {@code document_public_links}: links that open a file or a folder without an account. Their secrets
 * are stored as hashes.
 */
@Component
class PublicLinks {

    /**
     * Holds a public link.
     *
     * @param url where the file, or the folder as a ZIP, is downloaded; told once, when the link is made
     */
    record PublicLink(
            UUID id,
            UUID documentId,
            UUID createdById,
            @Nullable String url,
            boolean hasPassword,
            @Nullable Instant expiresAt,
            @Nullable Integer maxDownloads,
            int downloadCount,
            @Nullable Instant revokedAt,
            Instant createdAt) {}

    /**
     * Holds what a link opens.
     *
     * @param file null for a folder
     */
    record Opened(
            UUID linkId,
            UUID organizationId,
            UUID documentId,
            String name,
            @Nullable StoredFile file,
            @Nullable String passwordSalt,
            @Nullable Instant expiresAt) {

        /** @throws ProblemException when the link opens a folder */
        StoredFile requireFile() {
            if (file == null) {
                throw new ProblemException(
                        ProblemReason.CONFLICT, "The link opens a folder: list its entries, or take its archive.");
            }
            return file;
        }
    }

    /** Holds a folder or a file below a link's folder. */
    record Entry(
            UUID id,
            UUID parentId,
            String name,
            String documentType,
            long fileSize,
            @Nullable String mimeType,
            Instant versionAt) {}

    private static final String COLUMNS = """
            SELECT id, document_id, created_by_id, is_protected, expires_at, max_downloads, download_count, revoked_at,
                created_at
            FROM document_public_links\s""";

    private final Transactions transactions;
    private final Identifiers identifiers;
    private final Passwords passwords;
    private final LinkThrottle throttle;
    private final PublicAddress address;
    private final DocumentShares shares;

    PublicLinks(
            Transactions transactions,
            Identifiers identifiers,
            Passwords passwords,
            LinkThrottle throttle,
            PublicAddress address,
            DocumentShares shares) {
        this.transactions = transactions;
        this.identifiers = identifiers;
        this.passwords = passwords;
        this.throttle = throttle;
        this.address = address;
        this.shares = shares;
    }

    PublicLink create(
            DocumentAccess access,
            @Nullable String password,
            @Nullable Instant expiresAt,
            @Nullable Integer maxDownloads) {
        sharing(access);
        String opens = access.live().document().isFolder() ? "/archive" : "/content";
        SecretToken token = SecretToken.random();
        String passwordHash = password == null ? null : passwords.hash("password", password, List.of());
        UUID id = identifiers.next();
        return transactions.run(access.membership().context(), sql -> {
            sql.sql("""
                            INSERT INTO document_public_links (
                                id, organization_id, document_id, created_by_id, token_hash, password_hash, expires_at,
                                max_downloads)
                            VALUES (:id, :organization, :document, :user, :token, :password, :expires, :downloads)""")
                    .param("id", id)
                    .param("organization", access.membership().organizationId())
                    .param("document", access.document().id())
                    .param("user", access.membership().userId())
                    .param("token", token.hash())
                    .param("password", passwordHash)
                    .param("expires", expiresAt == null ? null : expiresAt.atOffset(ZoneOffset.UTC))
                    .param("downloads", maxDownloads)
                    .update();
            return sql.sql(COLUMNS + "WHERE id = :id")
                    .param("id", id)
                    .query((row, number) -> link(row, address.of("/api/v1/public-links/" + token.text() + opens)))
                    .single();
        });
    }

    List<PublicLink> list(DocumentAccess access) {
        return transactions.run(
                access.membership().context(),
                sql -> sql.sql(COLUMNS + "WHERE document_id = :document ORDER BY id DESC LIMIT 500")
                        .param("document", access.document().id())
                        .query((row, number) -> link(row, null))
                        .list());
    }

    /** Lists the organization's links that are not revoked, the newest first, for an admin: also to documents not shown to it. */
    List<PublicLink> ofOrganization(Membership admin, Cursor cursor, int limit) {
        return transactions.run(
                admin.context(),
                sql -> sql.sql(COLUMNS + "WHERE id < :after AND revoked_at IS NULL ORDER BY id DESC LIMIT :limit")
                        .param("after", cursor.after())
                        .param("limit", limit)
                        .query((row, number) -> link(row, null))
                        .list());
    }

    /** Revokes a link from its commit on. */
    void revoke(DocumentAccess access, UUID link) {
        sharing(access);
        revoke(access.membership(), link, access.document().id());
    }

    /** Revokes a link as {@link #revoke(DocumentAccess, UUID)}, for an admin of the link's organization. */
    void revoke(Membership admin, UUID link) {
        revoke(admin, link, null);
    }

    private void revoke(Membership membership, UUID link, @Nullable UUID document) {
        boolean found = transactions.run(
                membership.context(),
                sql -> sql.sql("""
                                UPDATE document_public_links SET revoked_at = coalesce(revoked_at, now())
                                WHERE id = :id AND document_id = coalesce(CAST(:document AS uuid), document_id)""")
                                .param("id", link)
                                .param("document", document)
                                .update()
                        == 1);
        if (!found) {
            throw ProblemException.notFound("public link");
        }
    }

    /**
     * Opens a link. A wrong secret costs its address one of few tries; a valid one costs none.
     *
     * @param source the network of the caller
     */
    Opened open(String token, String source) {
        return find(token).orElseGet(() -> {
            throttle.guessed(source);
            throw ProblemException.notFound("public link");
        });
    }

    /** Opens a link like {@link #open}, with its password if it has one. */
    Opened unlock(String token, @Nullable String password, String source) {
        Opened opened = open(token, source);
        String salt = opened.passwordSalt();
        if (salt != null && password == null) {
            throw new ProblemException(ProblemReason.WRONG_PASSWORD, "The link asks for a password.");
        }
        if (salt != null && password != null) {
            LinkThrottle.Try attempt = throttle.begin(opened.linkId(), source);
            if (!passwords.matches(password, salt, hash -> opens(opened.linkId(), hash))) {
                throw new ProblemException(ProblemReason.WRONG_PASSWORD, "The link has another password.");
            }
            attempt.succeeded();
        }
        return opened;
    }

    /**
     * Counts a download, when its file is open: a refusal before costs none.
     *
     * @throws ProblemException when there was none left, or the link was revoked meanwhile
     */
    void count(String token, Opened opened) {
        boolean counted = transactions.single(sql -> sql.sql("SELECT count_public_download(:link, :hash)")
                .param("link", opened.linkId())
                .param("hash", new SecretToken(token).hash())
                .query(Boolean.class)
                .single());
        if (!counted) {
            throw ProblemException.notFound("public link");
        }
    }

    /**
     * Returns the content of a link's folder, or of {@code folder} below it, in the order of names: as far as the link's
     * maker could share it now.
     *
     * @throws ProblemException when the link opens a file, or no such folder
     */
    List<Entry> entries(String token, Opened opened, @Nullable UUID folder, NameCursor cursor, int limit) {
        if (opened.file() != null) {
            throw new ProblemException(ProblemReason.CONFLICT, "The link opens a file.");
        }
        if (folder != null && !holds(token, folder)) {
            throw ProblemException.notFound("folder");
        }
        return transactions.single(sql -> sql.sql("""
                        SELECT id, parent_id, name, document_type, file_size, mime_type, version_at
                        FROM public_folder_entries(:hash, CAST(:folder AS uuid), :name, :id, :limit)""")
                .param("hash", new SecretToken(token).hash())
                .param("folder", folder)
                .param("name", cursor.name())
                .param("id", cursor.id())
                .param("limit", limit)
                .query((row, number) -> new Entry(
                        row.getObject("id", UUID.class),
                        row.getObject("parent_id", UUID.class),
                        row.getString("name"),
                        row.getString("document_type"),
                        row.getLong("file_size"),
                        row.getString("mime_type"),
                        row.getObject("version_at", OffsetDateTime.class).toInstant()))
                .list());
    }

    /** Finds a file below a link's folder. */
    StoredFile entry(String token, UUID document) {
        return transactions
                .single(sql -> sql.sql("SELECT * FROM public_folder_file(:hash, :document)")
                        .param("hash", new SecretToken(token).hash())
                        .param("document", document)
                        .query(PublicLinks::file)
                        .optional())
                .orElseThrow(() -> ProblemException.notFound("file"));
    }

    /** Returns all that a link opens below its folder, at most {@code most}. */
    List<FolderArchive.Entry> archive(String token, int most) {
        return transactions.single(sql -> sql.sql("SELECT path, file_path FROM public_folder_archive(:hash, :most)")
                .param("hash", new SecretToken(token).hash())
                .param("most", most)
                .query(FolderArchive::entry)
                .list());
    }

    private boolean holds(String token, UUID document) {
        return transactions.single(sql -> sql.sql("SELECT public_folder_holds(:hash, :document)")
                .param("hash", new SecretToken(token).hash())
                .param("document", document)
                .query(Boolean.class)
                .single());
    }

    private boolean opens(UUID link, String passwordHash) {
        return transactions.single(sql -> sql.sql("SELECT public_link_opens(:link, :hash)")
                .param("link", link)
                .param("hash", passwordHash)
                .query(Boolean.class)
                .single());
    }

    private Optional<Opened> find(String token) {
        return transactions.single(sql -> sql.sql("SELECT * FROM open_public_link(:hash)")
                .param("hash", new SecretToken(token).hash())
                .query(PublicLinks::opened)
                .optional());
    }

    private void sharing(DocumentAccess access) {
        if (!shares.right(access).equals("share")) {
            throw new ProblemException(
                    ProblemReason.FORBIDDEN, "Only its owner, and users with the right to share, give out links.");
        }
    }

    private static Opened opened(ResultSet row, int number) throws SQLException {
        return new Opened(
                row.getObject("id", UUID.class),
                row.getObject("organization_id", UUID.class),
                row.getObject("document_id", UUID.class),
                row.getString("name"),
                row.getObject("blob_id") == null ? null : file(row, number),
                row.getString("password_salt"),
                instant(row, "expires_at"));
    }

    private static StoredFile file(ResultSet row, int number) throws SQLException {
        return new StoredFile(
                row.getObject("blob_id", UUID.class),
                row.getString("file_path"),
                row.getString("file_hash"),
                row.getLong("file_size"),
                row.getString("mime_type"),
                row.getString("name"));
    }

    private static PublicLink link(ResultSet row, @Nullable String url) throws SQLException {
        return new PublicLink(
                row.getObject("id", UUID.class),
                row.getObject("document_id", UUID.class),
                row.getObject("created_by_id", UUID.class),
                url,
                row.getBoolean("is_protected"),
                instant(row, "expires_at"),
                row.getObject("max_downloads", Integer.class),
                row.getInt("download_count"),
                instant(row, "revoked_at"),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
