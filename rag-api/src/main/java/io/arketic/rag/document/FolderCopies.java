package io.arketic.rag.document;

import io.arketic.rag.account.AttemptLimiter;
import io.arketic.rag.account.AttemptLimiter.Bucket;
import io.arketic.rag.bulkhead.Bulkhead;
import io.arketic.rag.bulkhead.Bulkheads;
import io.arketic.rag.bulkhead.Kind;
import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.document.DocumentTree.Place;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Copies folders with what the caller sees in them. What a folder holds is listed first, so that a copy into itself ends. A copy of
 * what has a list of its own is its owner's alone: it is never seen by more users than the original.
 */
@Component
class FolderCopies {

    private static final int MOST = 5_000;
    private static final int MOST_A_DAY = 200;

    private record Original(UUID id, @Nullable UUID parentId, int depth) {}

    private record Copy(UUID original, UUID id, @Nullable UUID parentId) {}

    private final Identifiers identifiers;
    private final DocumentTree tree;
    private final AttemptLimiter attempts;
    private final Bulkhead places;

    FolderCopies(Identifiers identifiers, DocumentTree tree, AttemptLimiter attempts, Bulkheads bulkheads) {
        this.identifiers = identifiers;
        this.tree = tree;
        this.attempts = attempts;
        this.places = bulkheads.of(Kind.COPIES);
    }

    /**
     * A refused copy counts as none.
     *
     * @throws ProblemException 429 while others are copied, or after as many copies as a user may make in a day
     */
    Document copy(Membership membership, Document folder, Place place, String name) {
        try (Bulkhead.Place here = places.enter(membership.organizationId(), membership.userId())) {
            Bucket day =
                    new Bucket("copies of folders", membership.userId().toString(), MOST_A_DAY, Duration.ofDays(1));
            AttemptLimiter.Level level = attempts.take(day);
            if (!level.admitted()) {
                throw ProblemException.tooManyRequests(
                        "You have copied as many folders as you may in a day.", level.retryAfter());
            }
            try {
                return tree.inPlace(membership, place, name, sql -> {
                    DocumentTree.lock(sql, membership, false);
                    return copied(sql, membership, folder, place, name);
                });
            } catch (ProblemException refused) {
                attempts.giveBack(day);
                throw refused;
            }
        }
    }

    private Document copied(JdbcClient sql, Membership membership, Document folder, Place place, String name) {
        List<Original> originals = sql.sql("""
                        WITH RECURSIVE down AS (
                            SELECT d.id, d.parent_id, d.document_type, 0 AS depth FROM documents d WHERE d.id = :folder
                            UNION ALL
                            SELECT c.id, c.parent_id, c.document_type, p.depth + 1
                            FROM documents c JOIN down p ON c.parent_id = p.id
                            WHERE c.deleted_at IS NULL AND c.version_of_id IS NULL AND p.document_type = 'folder'
                        )
                        SELECT id, parent_id, depth FROM down ORDER BY depth, id LIMIT :most""")
                .param("folder", folder.id())
                .param("most", MOST + 1)
                .query((row, number) -> new Original(
                        row.getObject("id", UUID.class), row.getObject("parent_id", UUID.class), row.getInt("depth")))
                .list();
        if (originals.size() > MOST) {
            throw new ProblemException(
                    ProblemReason.TOO_LARGE, "The folder holds more than " + MOST + " documents; copy a part of it.");
        }
        Map<UUID, UUID> ids = new HashMap<>();
        originals.forEach(original -> ids.put(original.id(), identifiers.next()));
        SortedMap<Integer, List<Original>> levels =
                new TreeMap<>(originals.stream().collect(Collectors.groupingBy(Original::depth)));
        levels.forEach((depth, level) -> insert(
                sql,
                membership,
                level.stream()
                        .map(original -> new Copy(
                                original.id(),
                                Objects.requireNonNull(ids.get(original.id())),
                                depth == 0 ? place.parentId() : ids.get(original.parentId())))
                        .toList(),
                depth == 0 ? name : null));
        return Documents.one(sql, Objects.requireNonNull(ids.get(folder.id())));
    }

    /**
     * Inserts the copies of one level, whose folders are there.
     *
     * @param name of the copies; null for those of the originals
     */
    private static void insert(JdbcClient sql, Membership membership, List<Copy> copies, @Nullable String name) {
        sql.sql("""
                        INSERT INTO documents (
                            id, organization_id, owner_id, parent_id, name, description, document_type, filename, file_path,
                            file_size, file_hash, mime_type, blob_id, status, narrowed, share_level)
                        SELECT c.id, d.organization_id, :owner, c.parent, coalesce(CAST(:name AS text), d.name),
                            d.description, d.document_type,
                            CASE WHEN d.document_type = 'folder' THEN '' ELSE d.name END, d.file_path, d.file_size,
                            d.file_hash, d.mime_type, d.blob_id, 'available', c.parent IS NOT NULL AND d.narrowed,
                            coalesce((SELECT p.share_level FROM documents p WHERE p.id = c.parent), 'private')
                        FROM unnest(CAST(:originals AS uuid[]), CAST(:ids AS uuid[]), CAST(:parents AS uuid[]))
                            c (original, id, parent)
                        JOIN documents d ON d.id = c.original""")
                .param("owner", membership.userId())
                .param("name", name)
                .param("originals", copies.stream().map(Copy::original).toArray(UUID[]::new))
                .param("ids", copies.stream().map(Copy::id).toArray(UUID[]::new))
                .param("parents", copies.stream().map(Copy::parentId).toArray(UUID[]::new))
                .update();
    }
}
