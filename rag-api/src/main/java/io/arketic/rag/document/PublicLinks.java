package io.arketic.rag.document;

import io.arketic.rag.account.Passwords;
import io.arketic.rag.caller.SecretToken;
import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.PublicAddress;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.listing.Cursor;
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
 * Accesses the table {@code document_public_links}: links that open a file without an account. Their secrets are stored
 * as hashes.
 */
@Component
class PublicLinks {

    /**
     * Holds a public link.
     *
     * @param url where the file is downloaded; told once, when the link is made
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

    /** Holds what a link opens. */
    record Opened(
            UUID linkId,
            UUID organizationId,
            StoredFile file,
            @Nullable String passwordSalt,
            @Nullable Instant expiresAt) {}

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
        if (access.live().document().isFolder()) {
            throw new ProblemException(ProblemReason.CONFLICT, "A public link opens a file, not a folder.");
        }
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
                    .query((row, number) -> link(row, address.of("/api/v1/public-links/" + token.text() + "/content")))
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
                new StoredFile(
                        row.getObject("blob_id", UUID.class),
                        row.getString("file_path"),
                        row.getString("file_hash"),
                        row.getLong("file_size"),
                        row.getString("mime_type"),
                        row.getString("name")),
                row.getString("password_salt"),
                instant(row, "expires_at"));
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
