package io.arketic.rag.document;

import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.removal.RemovedObjects;
import io.arketic.rag.storage.ClaimedMediaType;
import io.arketic.rag.storage.ObjectStorage;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.multipart.MultipartFile;

/**
 * Writes the bytes of uploads, in a bucket beside that of the knowledge bases. An object is registered for removal
 * before it is written, so that an interrupted upload leaves no object.
 */
@Component
class DocumentUploads {

    static final String BUCKET = "documents";

    private static final Logger log = LoggerFactory.getLogger(DocumentUploads.class);

    private final Transactions transactions;
    private final Identifiers identifiers;
    private final ObjectStorage storage;
    private final RemovedObjects removed;

    DocumentUploads(
            Transactions transactions, Identifiers identifiers, ObjectStorage knowledge, RemovedObjects removed) {
        this.transactions = transactions;
        this.identifiers = identifiers;
        this.storage = knowledge.beside(BUCKET);
        this.removed = removed;
    }

    /** Describes a written object. */
    record Written(String key, String hash, long size, String mediaType, String filename) {}

    /**
     * Stores the bytes, outside any transaction.
     *
     * @param sha256 what the caller says that the bytes are; null asks nothing
     * @throws ProblemException when they are other bytes, or more than the organization may store
     */
    Written write(Membership membership, String name, MultipartFile file, @Nullable String sha256) {
        UUID tenant = membership.organizationId();
        refuseOverQuota(membership, file.getSize());
        String mediaType = ClaimedMediaType.of(file.getContentType(), name);
        try (InputStream bytes = file.getInputStream()) {
            String key = newObject(tenant.toString());
            MessageDigest digest = sha256();
            storage.put(tenant, key, new DigestInputStream(bytes, digest), file.getSize(), mediaType);
            Written written = new Written(key, hash(digest), file.getSize(), mediaType, name);
            if (differs(sha256, written.hash())) {
                discard(tenant, key);
                throw mismatch(written.hash());
            }
            return written;
        } catch (IOException broken) {
            throw new ProblemException(ProblemReason.MALFORMED_REQUEST, "The upload broke off.", broken);
        }
    }

    /** Stores bytes whose storage is reserved, in a place of the caller. */
    Written write(UUID tenant, PartUpload file, InputStream content) {
        String key = newObject(tenant.toString());
        MessageDigest digest = sha256();
        storage.write(tenant, key, new DigestInputStream(content, digest), file.fileSize(), file.mimeType());
        return new Written(key, hash(digest), file.fileSize(), file.mimeType(), file.name());
    }

    private static String hash(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Returns the key of a new object below a folder of the tenant. It is removed in a day unless a commit refers to it. */
    String newObject(String folder) {
        String key = folder + "/" + identifiers.next();
        removed.putDown(BUCKET, key);
        return key;
    }

    static boolean differs(@Nullable String promised, String hash) {
        return promised != null && !promised.toLowerCase(Locale.ROOT).equals(hash);
    }

    static ProblemException mismatch(String hash) {
        return new ProblemException(ProblemReason.HASH_MISMATCH, "The SHA-256 of the received bytes is " + hash + ".");
    }

    /** Removes the object; if the store is down, it is removed later. */
    void discard(UUID tenant, String key) {
        try {
            storage.remove(tenant, key);
        } catch (ProblemException later) {
            log.info("An upload that was refused is removed later: {}", later.getMessage());
        }
    }

    /** Refuses an upload before a byte is stored; the commit counts again, for parallel uploads. */
    private void refuseOverQuota(Membership membership, long size) {
        boolean over = transactions.run(
                membership.context(),
                sql -> sql.sql("""
                        SELECT current_storage_bytes + :size > max_storage_gb * 1073741824::bigint
                        FROM organizations WHERE id = :organization""")
                        .param("size", size)
                        .param("organization", membership.organizationId())
                        .query(Boolean.class)
                        .single());
        if (over) {
            throw new ProblemException(
                    ProblemReason.STORAGE_LIMIT, "Delete documents permanently, or request a higher storage limit.");
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
