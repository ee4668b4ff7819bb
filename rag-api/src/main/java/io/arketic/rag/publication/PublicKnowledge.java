package io.arketic.rag.publication;

import io.arketic.rag.connection.RequestThreads;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.knowledge.KnowledgeAccess;
import io.arketic.rag.knowledge.KnowledgeBases;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.permission.Role;
import io.arketic.rag.problem.ProblemException;
import io.arketic.schema.tenancy.TenantContext;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Finds public knowledge bases, by id or by name. */
@Component
class PublicKnowledge {

    private final Transactions transactions;
    private final KnowledgeBases knowledgeBases;
    private final PublicThrottle throttle;

    PublicKnowledge(Transactions transactions, KnowledgeBases knowledgeBases, PublicThrottle throttle) {
        this.transactions = transactions;
        this.knowledgeBases = knowledgeBases;
        this.throttle = throttle;
    }

    /** Counts the request of the network; one that is not public, any more or yet, is not found. */
    KnowledgeAccess require(UUID id, String network) {
        return require(id, null, null, network);
    }

    /** Finds the oldest public knowledge base of this name, in any case, in the organization of this slug. */
    KnowledgeAccess named(String slug, String name, String network) {
        return require(null, slug, name, network);
    }

    /** Refuses complete texts of a knowledge base whose organization does not name it in its settings: it may be public for questions only. */
    void requireTexts(KnowledgeAccess access) {
        boolean served = transactions.run(
                access.membership().context(),
                sql -> sql.sql("""
                        SELECT EXISTS (
                            SELECT FROM organization_settings s
                            WHERE s.organization_id = :organization
                              AND s.custom_settings #> '{public_knowledge,texts}' @> to_jsonb(CAST(:base AS text)))""")
                        .param("organization", access.membership().organizationId())
                        .param("base", access.knowledgeBase().id())
                        .query(Boolean.class)
                        .single());
        if (!served) {
            throw ProblemException.notFound("text");
        }
    }

    private KnowledgeAccess require(@Nullable UUID id, @Nullable String slug, @Nullable String name, String network) {
        Opened opened = open(id, slug, name).orElseThrow(() -> {
            throttle.guessed(network);
            return ProblemException.notFound("public knowledge base");
        });
        throttle.reads(opened.guest(), opened.id(), network);
        RequestThreads.countApart("guests", opened.guest().organizationId());
        return knowledgeBases.readable(opened.guest(), List.of(opened.id())).stream()
                .findFirst()
                .map(base -> new KnowledgeAccess(opened.guest(), base, KnowledgeAccess.VIEW))
                .orElseThrow(() -> ProblemException.notFound("public knowledge base"));
    }

    private Optional<Opened> open(@Nullable UUID id, @Nullable String slug, @Nullable String name) {
        return transactions.run(
                TenantContext.NONE,
                sql -> sql.sql("""
                                SELECT * FROM open_public_knowledge(
                                    CAST(:id AS uuid), CAST(:slug AS text), CAST(:name AS text))""")
                        .param("id", id)
                        .param("slug", slug)
                        .param("name", name)
                        .query((row, number) -> new Opened(
                                row.getObject("knowledge_base_id", UUID.class),
                                new Membership(
                                        row.getObject("organization_id", UUID.class),
                                        row.getString("organization_slug"),
                                        Membership.GUEST,
                                        Role.VIEWER,
                                        false,
                                        null,
                                        false,
                                        false,
                                        false,
                                        null)))
                        .optional());
    }

    private record Opened(UUID id, Membership guest) {}
}
