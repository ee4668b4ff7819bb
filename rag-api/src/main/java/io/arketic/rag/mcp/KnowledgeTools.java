package io.arketic.rag.mcp;

import io.arketic.rag.attendance.AttendedWork;
import io.arketic.rag.bulkhead.Bulkhead;
import io.arketic.rag.bulkhead.Bulkheads;
import io.arketic.rag.bulkhead.Kind;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.knowledge.KnowledgeAccess;
import io.arketic.rag.knowledge.KnowledgeBase;
import io.arketic.rag.knowledge.KnowledgeBases;
import io.arketic.rag.knowledge.KnowledgeDocuments;
import io.arketic.rag.knowledge.KnowledgeDocuments.DocumentText;
import io.arketic.rag.limit.RequestLimits;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.retrieval.Retrieval;
import io.arketic.rag.retrieval.RetrievalRequest;
import io.arketic.schema.search.ChunkHit;
import io.arketic.schema.search.Expansion;
import io.arketic.schema.search.SearchFilter;
import io.arketic.schema.search.SearchSyntax;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Provides an assistant's tools: they allow nothing that the caller may not do over HTTP, and no changes. */
@Component
class KnowledgeTools {

    record Base(
            UUID id,
            String organization,
            String name,
            @Nullable String description,
            long documents) {}

    record Bases(List<Base> knowledgeBases) {}

    record Passage(
            UUID knowledgeBaseId,
            UUID documentId,
            int documentVersion,
            String filename,
            @Nullable Integer pageNumber,
            int startOffset,
            int endOffset,
            String text) {}

    record Passages(List<Passage> passages) {}

    private final Memberships memberships;
    private final KnowledgeBases knowledgeBases;
    private final KnowledgeDocuments documents;
    private final Retrieval retrieval;
    private final AttendedWork attended;
    private final Bulkhead places;
    private final RequestLimits limits;

    KnowledgeTools(
            Memberships memberships,
            KnowledgeBases knowledgeBases,
            KnowledgeDocuments documents,
            Retrieval retrieval,
            AttendedWork attended,
            Bulkheads bulkheads,
            RequestLimits limits) {
        this.memberships = memberships;
        this.knowledgeBases = knowledgeBases;
        this.documents = documents;
        this.retrieval = retrieval;
        this.attended = attended;
        this.limits = limits;
        this.places = bulkheads.of(Kind.SEARCHES);
    }

    Bases list(Caller caller) {
        List<Base> bases = new ArrayList<>();
        for (Membership membership : memberships.all(caller.doing(Permission.KNOWLEDGE_READ))) {
            for (KnowledgeBase base : knowledgeBases.readable(membership, null)) {
                bases.add(new Base(
                        base.id(),
                        membership.organizationSlug(),
                        base.name(),
                        base.description(),
                        base.documentCount()));
            }
        }
        return new Bases(bases);
    }

    /**
     * Returns the best hits of each organization in turn; scores of different organizations are not comparable.
     *
     * @param ids of the knowledge bases to search; null searches all that the caller may
     */
    Passages search(
            Caller caller,
            String query,
            @Nullable List<UUID> ids,
            SearchFilter filter,
            Expansion expansion,
            int limit) {
        Caller searching = caller.doing(Permission.KNOWLEDGE_SEARCH);
        limits.admit(Permission.KNOWLEDGE_SEARCH);
        Map<Membership, List<KnowledgeBase>> asked = new LinkedHashMap<>();
        if (ids == null) {
            memberships
                    .all(searching)
                    .forEach(membership -> asked.put(membership, knowledgeBases.readable(membership, null)));
        } else {
            for (UUID id : ids) {
                KnowledgeAccess access = knowledgeBases.require(searching, id);
                asked.computeIfAbsent(access.membership(), missing -> new ArrayList<>())
                        .add(access.knowledgeBase());
            }
        }
        SearchSyntax syntax = SearchSyntax.of(query);
        SearchFilter narrowed = filter.and(syntax);
        List<List<Passage>> found = new ArrayList<>();
        asked.forEach((membership, bases) -> found.add(attended
                .here(
                        () -> places.enter(membership.organizationId()),
                        cancellation -> retrieval
                                .find(
                                        membership,
                                        bases,
                                        RetrievalRequest.forAnswer(syntax.question(), limit, narrowed, expansion),
                                        cancellation)
                                .widened())
                .stream()
                .map(KnowledgeTools::passage)
                .toList()));
        return new Passages(inTurn(found, limit));
    }

    /** Returns the first of each list, then the second of each, up to the limit: scores of organizations do not compare. */
    static <T> List<T> inTurn(List<List<T>> lists, int limit) {
        int longest = lists.stream().mapToInt(List::size).max().orElse(0);
        return IntStream.range(0, longest)
                .boxed()
                .flatMap(place ->
                        lists.stream().filter(list -> place < list.size()).map(list -> list.get(place)))
                .limit(limit)
                .toList();
    }

    DocumentText read(Caller caller, UUID knowledgeBase, UUID document, int offset, int length) {
        KnowledgeAccess access = knowledgeBases.require(caller.doing(Permission.KNOWLEDGE_READ), knowledgeBase);
        return documents
                .text(access, document, offset, length)
                .orElseThrow(() -> ProblemException.notFound("document"));
    }

    private static Passage passage(ChunkHit hit) {
        return new Passage(
                hit.knowledgeBaseId(),
                hit.documentId(),
                hit.documentVersion(),
                hit.filename(),
                hit.page(),
                hit.start(),
                hit.end(),
                hit.text());
    }
}
