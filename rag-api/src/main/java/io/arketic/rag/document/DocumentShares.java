package io.arketic.rag.document;

import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Accesses the table {@code document_shares}: the users and groups that a document is shared with. The database decides
 * which users change it.
 */
@Component
class DocumentShares {

    /** Holds one entry of a document's list: either a user or a group. */
    record Share(@Nullable UUID userId, @Nullable UUID groupId, String accessRight) {}

    private final Transactions transactions;

    DocumentShares(Transactions transactions) {
        this.transactions = transactions;
    }

    List<Share> list(DocumentAccess access) {
        return transactions.run(
                access.membership().context(),
                sql -> sql.sql("""
                                SELECT user_id, group_id, access_right FROM document_shares
                                WHERE document_id = :document ORDER BY id""")
                        .param("document", access.document().id())
                        .query((row, number) -> new Share(
                                row.getObject("user_id", UUID.class),
                                row.getObject("group_id", UUID.class),
                                row.getString("access_right")))
                        .list());
    }

    /** Returns the caller's right: view, edit or share. */
    String right(DocumentAccess access) {
        return transactions.run(
                access.membership().context(),
                sql -> sql.sql("SELECT document_right(owner_id, access_ids) FROM documents WHERE id = :document")
                        .param("document", access.document().id())
                        .query(String.class)
                        .optional()
                        .orElseThrow(() -> ProblemException.notFound("document")));
    }

    /** Replaces the earlier list. */
    void replace(DocumentAccess access, List<Share> shares) {
        Set<UUID> seen = new HashSet<>();
        for (Share share : shares) {
            UUID subject = share.userId() == null ? share.groupId() : share.userId();
            if (subject == null || (share.userId() != null && share.groupId() != null) || !seen.add(subject)) {
                throw ProblemException.ofField(
                        ProblemReason.INVALID_INPUT, "shares", "must each name one user or one group, and none twice");
            }
        }
        change(
                access,
                sql -> sql.sql(
                                "SELECT share_document(:document, CAST(:users AS uuid[]), CAST(:groups AS uuid[]), CAST(:rights AS text[]))")
                        .param("document", access.document().id())
                        .param("users", ids(shares, Share::userId))
                        .param("groups", ids(shares, Share::groupId))
                        .param("rights", shares.stream().map(Share::accessRight).toArray(String[]::new))
                        .query((row, number) -> true)
                        .single());
    }

    /** Removes the list: in a folder the document then has the folder's visibility, at the top it is private. */
    void remove(DocumentAccess access) {
        change(
                access,
                sql -> sql.sql("SELECT unshare_document(:document)")
                        .param("document", access.document().id())
                        .query((row, number) -> true)
                        .single());
    }

    private static @Nullable String[] ids(List<Share> shares, Function<Share, @Nullable UUID> id) {
        return shares.stream()
                .map(id)
                .map(it -> it == null ? null : it.toString())
                .toArray(String[]::new);
    }

    private void change(DocumentAccess access, Consumer<JdbcClient> work) {
        Document document = access.live().document();
        try {
            TreeRefusal.translating(() -> transactions.run(access.membership().context(), sql -> {
                DocumentTree.lock(sql, access.membership(), document.isFolder());
                work.accept(sql);
                return true;
            }));
        } catch (DataAccessException failure) {
            if (TreeRefusal.isNameTaken(failure)) {
                throw ProblemException.ofField(
                        ProblemReason.NAME_TAKEN, "name", "is in use where the document would be; rename it first");
            }
            throw failure;
        }
    }
}
