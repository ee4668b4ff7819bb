package io.arketic.rag.document;

import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.document.DocumentTree.Place;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.storage.ObjectStorage;
import io.arketic.rag.storage.ObjectStorage.StoredObject;
import io.arketic.schema.tenancy.OrganizationLimit;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.web.multipart.MultipartFile;

/**
 * Manages the files of the drive and their versions. {@link DocumentUploads} writes an object; the commit that enters
 * its version cancels its removal. If the organization already has these bytes, the version refers to those, and the
 * new object is removed.
 */
@Component
class DocumentFiles {

    /** Limits the tries: of two uploads of a new name one is first, and the other makes the next version. */
    private static final int TRIES = 3;

    private final Transactions transactions;
    private final Identifiers identifiers;
    private final DocumentTree tree;
    private final FolderCopies copies;
    private final DocumentUploads uploads;
    private final ObjectStorage storage;

    DocumentFiles(
            Transactions transactions,
            Identifiers identifiers,
            DocumentTree tree,
            FolderCopies copies,
            DocumentUploads uploads,
            ObjectStorage knowledge) {
        this.transactions = transactions;
        this.identifiers = identifiers;
        this.tree = tree;
        this.copies = copies;
        this.uploads = uploads;
        this.storage = knowledge.beside(DocumentUploads.BUCKET);
    }

    /**
     * Stores a file under its name; an existing file gets another version. Repeating it makes no second one.
     *
     * @param sha256 what the caller says that the bytes are; null asks nothing
     */
    Document store(Membership membership, Place place, String name, MultipartFile file, @Nullable String sha256) {
        return enter(membership, place, name, uploads.write(membership, name, file, sha256), Entry.ALONE);
    }

    /** Refuses before the bytes come what {@link #enter} would refuse after them; that decides again. */
    void requireEnterable(Membership membership, Place place, String name) {
        boolean enterable = transactions.run(
                membership.context(),
                sql -> changesDocument(sql, membership, place, name) || isFree(sql, membership, place, name));
        if (!enterable) {
            throw tree.taken(membership, place, name);
        }
    }

    /** Returns whether the caller sees a file of the name; refuses one that the caller may not change, and a folder. */
    private static boolean changesDocument(JdbcClient sql, Membership membership, Place place, String name) {
        record Named(boolean isFolder, boolean isReadOnly) {}
        Optional<Named> there = sql.sql("""
                        SELECT document_type = 'folder' AS is_folder,
                            document_right(owner_id, access_ids) = 'view' AS is_read_only
                        FROM documents
                        WHERE place_id = :place AND compared_name = :key AND deleted_at IS NULL AND version_of_id IS NULL""")
                .param("place", place.id(membership))
                .param("key", DocumentName.key(name))
                .query((row, number) -> new Named(row.getBoolean("is_folder"), row.getBoolean("is_read_only")))
                .optional();
        if (there.isPresent() && there.get().isFolder()) {
            throw takenByFolder();
        }
        if (there.isPresent() && there.get().isReadOnly()) {
            throw TreeRefusal.noRight();
        }
        return there.isPresent();
    }

    private static boolean isFree(JdbcClient sql, Membership membership, Place place, String name) {
        boolean readOnly = sql.sql("""
                        SELECT EXISTS (
                            SELECT FROM documents
                            WHERE id = CAST(:folder AS uuid) AND document_right(owner_id, access_ids) = 'view')""")
                .param("folder", place.parentId())
                .query(Boolean.class)
                .single();
        if (readOnly) {
            throw TreeRefusal.noRight();
        }
        return sql.sql("SELECT free_document_name(:place, ARRAY[CAST(:name AS text)]) IS NOT NULL")
                .param("place", place.id(membership))
                .param("name", DocumentName.key(name))
                .query(Boolean.class)
                .single();
    }

    private static ProblemException takenByFolder() {
        return ProblemException.ofField(ProblemReason.NAME_TAKEN, "name", "is in use by a folder");
    }

    /** Takes part in the transaction that enters a file. */
    interface Entry {

        Entry ALONE = new Entry() {};

        /** Runs when the document and its bytes are locked, and before they count as storage. */
        default void before(JdbcClient sql) {}

        default void after(JdbcClient sql, Document document) {}
    }

    /** Enters written bytes under their name like {@link #store}. What is refused is removed from the store. */
    Document enter(Membership membership, Place place, String name, DocumentUploads.Written bytes, Entry entry) {
        for (int attempt = 1; ; attempt++) {
            try {
                return entering(membership, bytes, sql -> {
                    Document document = enter(sql, membership, place, name, bytes, entry);
                    entry.after(sql, document);
                    return document;
                });
            } catch (DataAccessException raced) {
                if (!TreeRefusal.isNameTaken(raced)) {
                    throw raced;
                }
                if (attempt == TRIES) {
                    // By a document that the caller does not see, or it would have got a version.
                    uploads.discard(membership.organizationId(), bytes.key());
                    throw tree.taken(membership, place, name);
                }
            }
        }
    }

    /** Stores the document's next version. */
    Document storeVersion(DocumentAccess access, MultipartFile file, @Nullable String sha256) {
        Membership membership = access.membership();
        Document document = file(access);
        DocumentUploads.Written bytes = uploads.write(membership, document.name(), file, sha256);
        return entering(membership, bytes, sql -> {
            DocumentTree.lock(sql, membership, false);
            lock(sql, document.id());
            return addVersion(sql, membership, document.id(), kept(sql, bytes));
        });
    }

    /** Makes a former version's bytes those of the next version. */
    Document restoreVersion(DocumentAccess access, int version) {
        Membership membership = access.membership();
        Document document = file(access);
        return TreeRefusal.translating(() -> transactions.run(membership.context(), sql -> {
            DocumentTree.lock(sql, membership, false);
            StoredFile former =
                    stored(sql, document.id(), version).orElseThrow(() -> ProblemException.notFound("version"));
            return addVersion(sql, membership, document.id(), former);
        }));
    }

    /**
     * Makes a document of its own with the latest version's bytes; at the top it is private, and
     * with shares of its own it is the copier's alone. A folder is copied with all that the
     * caller sees in it, in one commit.
     *
     * @param parent null for the folder it is in, empty for the top
     */
    Document copy(DocumentAccess access, String name, @Nullable String parent) {
        Membership membership = access.membership();
        Document document = access.live().document();
        UUID folder = parent == null ? document.parentId() : DocumentTree.folder(parent);
        Place place = new Place(folder, Document.PRIVATE);
        if (document.isFolder()) {
            return copies.copy(membership, document, place, name);
        }
        return tree.inPlace(membership, place, name, sql -> {
            DocumentTree.lock(sql, membership, false);
            StoredFile bytes = stored(sql, document.id(), null).orElseThrow(() -> ProblemException.notFound("file"));
            return insert(sql, membership, place, name, bytes, document.hasOwnShares());
        });
    }

    /** Returns the location of a version's bytes; of the latest one if {@code version} is null. */
    StoredFile find(DocumentAccess access, @Nullable Integer version) {
        return transactions
                .run(
                        access.membership().context(),
                        sql -> stored(sql, access.document().id(), version))
                .orElseThrow(() -> ProblemException.notFound(version == null ? "file" : "version"));
    }

    /** Opens a file; the caller closes the stream. */
    StoredObject open(UUID tenant, StoredFile file, long offset, long length) {
        return offset == 0 && length == file.size()
                ? storage.open(tenant, file.objectKey())
                : storage.open(tenant, file.objectKey(), offset, length);
    }

    /** Opens a file like {@link #open}, where no request waits for it. */
    StoredObject read(StoredFile file) {
        return storage.read(file.objectKey());
    }

    /** Enters a version; a refused one leaves no object, neither now nor a day later. */
    private Document entering(
            Membership membership, DocumentUploads.Written bytes, Function<JdbcClient, Document> work) {
        try {
            return TreeRefusal.translating(() -> transactions.run(membership.context(), work));
        } catch (ProblemException refused) {
            uploads.discard(membership.organizationId(), bytes.key());
            throw refused;
        } catch (DataAccessException failure) {
            // Only after a certain refusal: an interrupted commit may have taken place.
            if (OrganizationLimit.refusing(failure).isPresent()) {
                uploads.discard(membership.organizationId(), bytes.key());
            }
            throw failure;
        }
    }

    private Document enter(
            JdbcClient sql,
            Membership membership,
            Place place,
            String name,
            DocumentUploads.Written bytes,
            Entry entry) {
        DocumentTree.lock(sql, membership, false);
        Optional<UUID> there = sql.sql("""
                        SELECT id FROM documents
                        WHERE place_id = :place AND compared_name = :key AND deleted_at IS NULL AND version_of_id IS NULL""")
                .param("place", place.id(membership))
                .param("key", DocumentName.key(name))
                .query(UUID.class)
                .optional();
        there.ifPresent(id -> lock(sql, id));
        StoredFile kept = kept(sql, bytes);
        entry.before(sql);
        return there.isPresent()
                ? addVersion(sql, membership, there.get(), kept)
                : insert(sql, membership, place, name, kept, false);
    }

    private static StoredFile kept(JdbcClient sql, DocumentUploads.Written bytes) {
        return sql.sql("SELECT blob_id, object_key FROM keep_document_bytes(:hash, :size, :key)")
                .param("hash", bytes.hash())
                .param("size", bytes.size())
                .param("key", bytes.key())
                .query((row, number) -> new StoredFile(
                        row.getObject("blob_id", UUID.class),
                        row.getString("object_key"),
                        bytes.hash(),
                        bytes.size(),
                        bytes.mediaType(),
                        bytes.filename()))
                .single();
    }

    /** @param narrowed whether it is its owner's alone in a folder that others see */
    private Document insert(
            JdbcClient sql, Membership membership, Place place, String name, StoredFile file, boolean narrowed) {
        UUID id = identifiers.next();
        sql.sql("""
                        INSERT INTO documents (
                            id, organization_id, owner_id, parent_id, name, document_type, filename, file_path, file_size,
                            file_hash, mime_type, blob_id, status, narrowed, share_level)
                        VALUES (
                            :id, :organization, :owner, :parent, :name, CAST(:type AS document_type), :name, :path, :size,
                            :hash, :mime, :blob, 'available', :narrowed, CAST(:level AS share_level))""")
                .param("id", id)
                .param("organization", membership.organizationId())
                .param("owner", membership.userId())
                .param("parent", place.parentId())
                .param("name", name)
                .param("type", DocumentKind.of(file.mediaType(), name))
                .param("path", file.objectKey())
                .param("size", file.size())
                .param("hash", file.hash())
                .param("mime", file.mediaType())
                .param("blob", file.blobId())
                .param("narrowed", narrowed)
                .param("level", place.shareLevel())
                .update();
        return Documents.one(sql, id);
    }

    /**
     * Adds a version: the row keeps its id and becomes the new version; a row beside it takes the former one. Equal
     * bytes change nothing.
     */
    private Document addVersion(JdbcClient sql, Membership membership, UUID id, StoredFile file) {
        lock(sql, id);
        Document now = Documents.one(sql, id);
        new DocumentAccess(membership, now).live();
        if (now.isFolder()) {
            throw takenByFolder();
        }
        if (now.fileHash().equals(file.hash())) {
            return now;
        }
        sql.sql("""
                        INSERT INTO documents (
                            id, organization_id, owner_id, name, document_type, filename, file_path, file_size, file_hash,
                            mime_type, blob_id, status, share_level, version_number, version_at, is_latest_version,
                            version_of_id)
                        SELECT :former, organization_id, owner_id, name, document_type, filename, file_path, file_size,
                            file_hash, mime_type, blob_id, status, share_level, version_number, version_at, false, id
                        FROM documents WHERE id = :id""").param("former", identifiers.next()).param("id", id).update();
        sql.sql("""
                        UPDATE documents
                        SET version_number = version_number + 1, version_at = now(), filename = name,
                            document_type = CAST(:type AS document_type), file_path = :path, file_size = :size,
                            file_hash = :hash, mime_type = :mime, blob_id = :blob, content_text = NULL
                        WHERE id = :id""")
                .param("id", id)
                .param("type", DocumentKind.of(file.mediaType(), now.name()))
                .param("path", file.objectKey())
                .param("size", file.size())
                .param("hash", file.hash())
                .param("mime", file.mediaType())
                .param("blob", file.blobId())
                .update();
        return Documents.one(sql, id);
    }

    private static void lock(JdbcClient sql, UUID id) {
        sql.sql("SELECT id FROM documents WHERE id = :id FOR UPDATE")
                .param("id", id)
                .query(UUID.class)
                .list();
    }

    private static Optional<StoredFile> stored(JdbcClient sql, UUID document, @Nullable Integer version) {
        return sql.sql("""
                        SELECT d.blob_id, d.file_path, d.file_hash, d.file_size, d.mime_type, d.filename
                        FROM documents d
                        WHERE (d.id = :id OR d.version_of_id = :id) AND d.blob_id IS NOT NULL
                          AND CASE WHEN CAST(:version AS integer) IS NULL THEN d.is_latest_version
                                   ELSE d.version_number = CAST(:version AS integer) END""")
                .param("id", document)
                .param("version", version)
                .query((row, number) -> new StoredFile(
                        row.getObject("blob_id", UUID.class),
                        row.getString("file_path"),
                        row.getString("file_hash"),
                        row.getLong("file_size"),
                        row.getString("mime_type"),
                        row.getString("filename")))
                .optional();
    }

    private static Document file(DocumentAccess access) {
        Document document = access.live().document();
        if (document.isFolder()) {
            throw new ProblemException(ProblemReason.CONFLICT, "A folder has no versions.");
        }
        return document;
    }
}
