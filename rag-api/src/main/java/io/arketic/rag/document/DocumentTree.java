package io.arketic.rag.document;

import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.listing.EntityTag;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Changes the places and names of documents. The database maintains the tree: it takes the organization's lock, finds
 * cycles, and rewrites the paths below a folder in the commit that moves it.
 */
@Component
class DocumentTree {

    /** Names the place of a document: in a folder, or at the top of the organization's or the owner's documents. */
    record Place(@Nullable UUID parentId, String shareLevel) {

        UUID id(Membership membership) {
            if (parentId != null) {
                return parentId;
            }
            return shareLevel.equals(Document.PRIVATE) ? membership.userId() : membership.organizationId();
        }
    }

    /**
     * Holds a change; null leaves a value unchanged.
     *
     * @param parent the folder's id; empty moves to the top
     * @param description empty takes it away
     */
    record Change(
            @Nullable String name,
            @Nullable String parent,
            @Nullable String shareLevel,
            @Nullable String description) {}

    private final Transactions transactions;
    private final Identifiers identifiers;
    private final Memberships memberships;

    DocumentTree(Transactions transactions, Identifiers identifiers, Memberships memberships) {
        this.transactions = transactions;
        this.memberships = memberships;
        this.identifiers = identifiers;
    }

    /** Locks the tree before all other locks of a change; {@code moves} concerns a folder with all its content. */
    static void lock(JdbcClient sql, Membership membership, boolean moves) {
        sql.sql("SELECT lock_document_tree(:organization, :moves)")
                .param("organization", membership.organizationId())
                .param("moves", moves)
                .query((row, number) -> true)
                .single();
    }

    /**
     * Returns the access that the caller has now: the lock was waited for, and a member can have lost a role meanwhile.
     *
     * @throws ProblemException when the caller no longer belongs to the organization or finds the document
     */
    private DocumentAccess again(JdbcClient sql, DocumentAccess before) {
        Membership membership = before.membership();
        Membership now = memberships
                .find(sql, membership.organizationId(), membership.userId())
                .orElseThrow(() -> ProblemException.notFound("document"));
        if (!Permission.DOCUMENT_WRITE.allows(now.role())) {
            throw new ProblemException(ProblemReason.FORBIDDEN, "Your role has changed meanwhile.");
        }
        return new DocumentAccess(now, Documents.one(sql, before.document().id()));
    }

    Document createFolder(Membership membership, Place place, String name) {
        UUID id = identifiers.next();
        return inPlace(membership, place, name, sql -> {
            lock(sql, membership, false);
            sql.sql("""
                            INSERT INTO documents (
                                id, organization_id, owner_id, parent_id, name, document_type, filename, file_path,
                                file_size, file_hash, status, share_level)
                            VALUES (
                                :id, :organization, :owner, :parent, :name, 'folder', '', '', 0, '', 'available',
                                CAST(:level AS share_level))""")
                    .param("id", id)
                    .param("organization", membership.organizationId())
                    .param("owner", membership.userId())
                    .param("parent", place.parentId())
                    .param("name", name)
                    .param("level", place.shareLevel())
                    .update();
            return Documents.one(sql, id);
        });
    }

    /** Renames, moves, shows or hides a document; fails if the row is no longer that of {@code basis}. */
    Document change(DocumentAccess access, EntityTag basis, Change change) {
        Membership membership = access.membership();
        Document before = access.live().document();
        String name = change.name() == null ? before.name() : change.name();
        UUID parent = change.parent() == null ? before.parentId() : folder(change.parent());
        String level = change.shareLevel() == null ? before.shareLevel() : change.shareLevel();
        if (level.equals(Document.PRIVATE) && !before.shareLevel().equals(Document.PRIVATE) && !access.isOwn()) {
            throw new ProblemException(ProblemReason.FORBIDDEN, "Only its owner makes a document private.");
        }
        if (level.equals(Document.RESTRICTED) && parent == null && before.parentId() != null && !access.isOwn()) {
            throw new ProblemException(
                    ProblemReason.FORBIDDEN, "Only its owner moves a restricted document to the top.");
        }
        return inPlace(membership, new Place(parent, level), name, sql -> {
            lock(sql, membership, before.isFolder());
            locked(sql, before.id());
            DocumentAccess now = again(sql, access);
            basis.mustMatch(now.document().updatedAt());
            now.live();
            sql.sql("""
                            UPDATE documents
                            SET name = :name, parent_id = :parent, share_level = CAST(:level AS share_level),
                                description = nullif(coalesce(:description, description), '')
                            WHERE id = :id""")
                    .param("id", before.id())
                    .param("name", name)
                    .param("parent", parent)
                    .param("level", level)
                    .param("description", change.description())
                    .update();
            Document changed = Documents.one(sql, before.id());
            if (change.shareLevel() != null && !changed.shareLevel().equals(change.shareLevel())) {
                throw ProblemException.ofField(
                        ProblemReason.INVALID_INPUT, "share_level", "follows the folder; move it to the top first");
            }
            return changed;
        });
    }

    /** Hides a document with all its content at its place. Its name is free again. */
    void trash(DocumentAccess access) {
        Document document = access.deleting().live().document();
        transactions.execute(access.membership().context(), sql -> {
            lock(sql, access.membership(), document.isFolder());
            locked(sql, document.id());
            onlyOwn(sql, again(sql, access).deleting().live());
            sql.sql("UPDATE documents SET deleted_at = now(), status = 'archived' WHERE id = :id")
                    .param("id", document.id())
                    .update();
        });
    }

    /**
     * Restores a document from the trash, with all its content.
     *
     * @param name null for the one it had
     * @param parent null for the folder it was in, empty for the top
     */
    Document restore(DocumentAccess access, @Nullable String name, @Nullable String parent) {
        Document document = access.document();
        if (document.shareLevel().equals(Document.RESTRICTED)) {
            access.deleting();
        }
        Membership membership = access.membership();
        String chosen = name == null ? document.name() : name;
        UUID folder = parent == null ? document.parentId() : folder(parent);
        return inPlace(membership, new Place(folder, document.shareLevel()), chosen, sql -> {
            lock(sql, membership, document.isFolder());
            DocumentAccess now = again(sql, access);
            if (document.shareLevel().equals(Document.RESTRICTED)) {
                now.deleting();
            }
            if (!isTrashedItself(sql, document.id())) {
                throw document.trashedAt() == null
                        ? new ProblemException(ProblemReason.NOT_IN_TRASH, "There is nothing to restore.")
                        : new ProblemException(ProblemReason.IN_TRASH, "Restore the folder that it was deleted with.");
            }
            sql.sql("""
                            UPDATE documents
                            SET deleted_at = NULL, status = 'available', name = :name, parent_id = :parent
                            WHERE id = :id""")
                    .param("id", document.id())
                    .param("name", chosen)
                    .param("parent", folder)
                    .update();
            Document restored = Documents.one(sql, document.id());
            if (restored.trashedAt() != null) {
                throw new ProblemException(
                        ProblemReason.IN_TRASH, "The folder that it was in is in the trash; choose another parent_id.");
            }
            return restored;
        });
    }

    /**
     * Deletes a document permanently: from its commit on it is not found; {@link DocumentPurge} removes rows and bytes.
     */
    void delete(DocumentAccess access) {
        Document document = access.deleting().document();
        transactions.execute(access.membership().context(), sql -> {
            lock(sql, access.membership(), document.isFolder());
            if (!isTrashedItself(sql, document.id())) {
                throw new ProblemException(
                        ProblemReason.NOT_IN_TRASH, "Only documents in the trash can be deleted permanently.");
            }
            onlyOwn(sql, again(sql, access).deleting());
            sql.sql("UPDATE documents SET status = 'deleted' WHERE id = :id")
                    .param("id", document.id())
                    .update();
        });
    }

    /** Runs {@code work}; if the name is in use, it reports that with a free one. */
    <T> T inPlace(Membership membership, Place place, String name, Function<JdbcClient, T> work) {
        try {
            return TreeRefusal.translating(() -> transactions.run(membership.context(), work));
        } catch (DataAccessException failure) {
            throw TreeRefusal.isNameTaken(failure) ? taken(membership, place, name) : failure;
        }
    }

    /** A name that is in use, maybe by a document that the caller does not see: it tells no more than that. */
    ProblemException taken(Membership membership, Place place, String name) {
        List<String> others = DocumentName.alternatives(name);
        String free = transactions
                .run(
                        membership.context(),
                        sql -> sql.sql("SELECT free_document_name(:place, CAST(:names AS text[]))")
                                .param("place", place.id(membership))
                                .param("names", others.toArray(new String[0]))
                                .query((row, number) -> Optional.ofNullable(row.getString(1)))
                                .single())
                .orElseGet(() -> others.get(0).replace("(2)", "(" + UUID.randomUUID() + ")"));
        return ProblemException.ofField(ProblemReason.NAME_TAKEN, "name", "is in use; \"" + free + "\" is free");
    }

    private static boolean isTrashedItself(JdbcClient sql, UUID id) {
        return sql.sql("SELECT deleted_at IS NOT NULL AND status <> 'deleted' FROM documents WHERE id = :id FOR UPDATE")
                .param("id", id)
                .query(Boolean.class)
                .optional()
                .orElseThrow(() -> ProblemException.notFound("document"));
    }

    /** Refuses a folder that holds documents of others, except to an admin. */
    private static void onlyOwn(JdbcClient sql, DocumentAccess access) {
        if (access.document().isFolder() && !access.isAdmin() && holdsOthers(sql, access)) {
            throw new ProblemException(
                    ProblemReason.FORBIDDEN, "The folder contains documents of others; an admin can delete it.");
        }
    }

    private static boolean holdsOthers(JdbcClient sql, DocumentAccess access) {
        return sql.sql("SELECT document_holds_others(:folder, :user)")
                .param("folder", access.document().id())
                .param("user", access.membership().userId())
                .query(Boolean.class)
                .single();
    }

    private static void locked(JdbcClient sql, UUID id) {
        sql.sql("SELECT id FROM documents WHERE id = :id FOR UPDATE")
                .param("id", id)
                .query(UUID.class)
                .list();
    }

    /** Returns the folder of a request; empty names the top. */
    static @Nullable UUID folder(String parent) {
        if (parent.isEmpty()) {
            return null;
        }
        try {
            return UUID.fromString(parent);
        } catch (IllegalArgumentException none) {
            throw ProblemException.ofField(ProblemReason.INVALID_INPUT, "parent_id", "is not the id of a folder");
        }
    }
}
