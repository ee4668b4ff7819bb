package io.arketic.rag.document;

import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.document.DocumentTree.Place;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Copies a folder with what the caller sees in it. What it holds is listed first, so that a copy into itself ends. A copy of what
 * has a list of its own is its owner's alone: it is never seen by more users than the original.
 */
final class FolderCopy {

    private static final int MOST = 5_000;

    private record Original(UUID id, @Nullable UUID parentId) {}

    private FolderCopy() {}

    static Document copy(
            JdbcClient sql, Identifiers identifiers, Membership membership, Document folder, Place place, String name) {
        List<Original> originals = sql.sql("""
                        WITH RECURSIVE down AS (
                            SELECT d.id, d.parent_id, d.document_type, 0 AS depth FROM documents d WHERE d.id = :folder
                            UNION ALL
                            SELECT c.id, c.parent_id, c.document_type, p.depth + 1
                            FROM documents c JOIN down p ON c.parent_id = p.id
                            WHERE c.deleted_at IS NULL AND c.version_of_id IS NULL AND p.document_type = 'folder'
                        )
                        SELECT id, parent_id FROM down ORDER BY depth, id LIMIT :most""")
                .param("folder", folder.id())
                .param("most", MOST + 1)
                .query((row, number) ->
                        new Original(row.getObject("id", UUID.class), row.getObject("parent_id", UUID.class)))
                .list();
        if (originals.size() > MOST) {
            throw new ProblemException(
                    ProblemReason.TOO_LARGE, "The folder holds more than " + MOST + " documents; copy a part of it.");
        }
        Map<UUID, UUID> copies = new HashMap<>();
        UUID copy = identifiers.next();
        for (Original original : originals) {
            boolean top = original.id().equals(folder.id());
            UUID id = top ? copy : identifiers.next();
            insert(
                    sql,
                    membership,
                    original.id(),
                    id,
                    top ? place.parentId() : copies.get(original.parentId()),
                    top ? name : null);
            copies.put(original.id(), id);
        }
        return Documents.one(sql, copy);
    }

    private static void insert(
            JdbcClient sql,
            Membership membership,
            UUID original,
            UUID id,
            @Nullable UUID parent,
            @Nullable String name) {
        sql.sql("""
                        INSERT INTO documents (
                            id, organization_id, owner_id, parent_id, name, description, document_type, filename, file_path,
                            file_size, file_hash, mime_type, blob_id, status, narrowed, share_level)
                        SELECT :id, d.organization_id, :owner, CAST(:parent AS uuid), coalesce(CAST(:name AS text), d.name),
                            d.description, d.document_type,
                            CASE WHEN d.document_type = 'folder' THEN '' ELSE d.name END, d.file_path, d.file_size,
                            d.file_hash, d.mime_type, d.blob_id, 'available',
                            CAST(:parent AS uuid) IS NOT NULL AND d.narrowed,
                            coalesce(
                                (SELECT p.share_level FROM documents p WHERE p.id = CAST(:parent AS uuid)), 'private')
                        FROM documents d WHERE d.id = :original""")
                .param("id", id)
                .param("owner", membership.userId())
                .param("parent", parent)
                .param("name", name)
                .param("original", original)
                .update();
    }
}
