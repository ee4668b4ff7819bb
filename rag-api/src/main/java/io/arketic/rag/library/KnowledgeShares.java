package io.arketic.rag.library;

import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.knowledge.KnowledgeAccess;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.swagger.v3.oas.annotations.media.Schema;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/** Accesses the table {@code knowledge_shares}: the users and groups that a knowledge base is shared with. */
@Component
class KnowledgeShares {

    /** Holds one entry of a list: either a user or a group. */
    @Schema(name = "KnowledgeShare")
    record Share(@Nullable UUID userId, @Nullable UUID groupId, String accessRight) {}

    private final Transactions transactions;

    KnowledgeShares(Transactions transactions) {
        this.transactions = transactions;
    }

    List<Share> list(KnowledgeAccess access) {
        return transactions.run(
                access.membership().context(),
                sql -> sql.sql("""
                                SELECT user_id, group_id, access_right FROM knowledge_shares
                                WHERE knowledge_base_id = :base ORDER BY id""")
                        .param("base", access.knowledgeBase().id())
                        .query((row, number) -> new Share(
                                row.getObject("user_id", UUID.class),
                                row.getObject("group_id", UUID.class),
                                row.getString("access_right")))
                        .list());
    }

    /** Replaces the earlier list; the knowledge base is shown to its owner and to the users on it only. */
    void replace(KnowledgeAccess access, List<Share> shares) {
        Set<UUID> seen = new HashSet<>();
        for (Share share : shares) {
            UUID subject = share.userId() == null ? share.groupId() : share.userId();
            if (subject == null || (share.userId() != null && share.groupId() != null) || !seen.add(subject)) {
                throw ProblemException.ofField(
                        ProblemReason.INVALID_INPUT, "shares", "must each name one user or one group, and none twice");
            }
        }
        try {
            transactions.run(
                    access.membership().context(),
                    sql -> sql.sql("""
                                    SELECT share_knowledge_base(
                                        :base, CAST(:users AS uuid[]), CAST(:groups AS uuid[]), CAST(:rights AS text[]))""")
                            .param("base", access.knowledgeBase().id())
                            .param("users", ids(shares, Share::userId))
                            .param("groups", ids(shares, Share::groupId))
                            .param(
                                    "rights",
                                    shares.stream().map(Share::accessRight).toArray(String[]::new))
                            .query((row, number) -> true)
                            .single());
        } catch (DataAccessException failure) {
            ProblemException problem = failure.getCause() instanceof SQLException cause
                    ? problem(String.valueOf(cause.getSQLState()))
                    : null;
            throw problem == null ? failure : problem;
        }
    }

    /** Translates what {@code share_knowledge_base()} refuses. */
    private static @Nullable ProblemException problem(String state) {
        return switch (state) {
            case "DR001" -> ProblemException.notFound("knowledge base");
            case "DR006" ->
                new ProblemException(
                        ProblemReason.FORBIDDEN, "Only the owner, and users with the right to share, share it.");
            case "DR007" ->
                new ProblemException(ProblemReason.CONFLICT, "The knowledge base is public; withdraw it first.");
            case "DR008" ->
                new ProblemException(
                        ProblemReason.CONFLICT, "You would lose the knowledge base; stay on its list with share.");
            case "DR009" ->
                ProblemException.ofField(
                        ProblemReason.INVALID_INPUT, "shares", "must name members and groups of the organization");
            default -> null;
        };
    }

    private static @Nullable String[] ids(List<Share> shares, Function<Share, @Nullable UUID> id) {
        return shares.stream()
                .map(id)
                .map(it -> it == null ? null : it.toString())
                .toArray(String[]::new);
    }
}
