package io.arketic.rag.answer;

import io.arketic.embeddings.EmbeddingModel;
import io.arketic.embeddings.EmbeddingModels;
import io.arketic.embeddings.EmbeddingSpec;
import io.arketic.rag.knowledge.KnowledgeBase;
import io.arketic.rag.knowledge.QuestionVector;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.problem.DatabaseProblem;
import io.arketic.schema.ChunkHit;
import io.arketic.schema.ChunkSearch;
import io.arketic.schema.EmbeddedQuestion;
import io.arketic.schema.SearchRequest;
import io.arketic.schema.SearchRequest.Mode;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** From a question to chunks. The question is embedded before a database connection is taken. */
@Component
public class Retrieval {

    private static final int ATTEMPTS = 3;

    private final EmbeddingModels models;
    private final ChunkSearch search;

    Retrieval(EmbeddingModels models, ChunkSearch search) {
        this.models = models;
        this.search = search;
    }

    /** The best first; empty for no knowledge bases. */
    public List<ChunkHit> find(
            Membership membership,
            List<KnowledgeBase> knowledgeBases,
            String question,
            Mode mode,
            int limit,
            @Nullable Double threshold) {
        if (knowledgeBases.isEmpty()) {
            return List.of();
        }
        List<UUID> ids = knowledgeBases.stream().map(KnowledgeBase::id).toList();
        Set<String> wanted =
                knowledgeBases.stream().map(KnowledgeBase::embeddingModel).collect(Collectors.toSet());
        try {
            // Another generation may go live after the question was embedded, and want another model.
            for (int attempt = 1; ; attempt++) {
                Map<String, EmbeddedQuestion> embedded = mode == Mode.TEXT ? Map.of() : embedded(wanted, question);
                ChunkSearch.Found found = search.find(
                        membership.context(), new SearchRequest(ids, question, embedded, mode, limit, threshold));
                if (mode == Mode.TEXT || attempt == ATTEMPTS || wanted.containsAll(found.models())) {
                    return found.hits();
                }
                wanted = found.models();
            }
        } catch (SQLException failure) {
            throw DatabaseProblem.of(failure);
        }
    }

    /** The model that all of these were embedded with; the deployment's own when there are several. */
    EmbeddingModel reader(List<KnowledgeBase> knowledgeBases) {
        Set<String> ids =
                knowledgeBases.stream().map(KnowledgeBase::embeddingModel).collect(Collectors.toSet());
        Set<String> known = known();
        return ids.size() == 1 && known.containsAll(ids)
                ? models.get(ids.iterator().next())
                : models.defaultModel();
    }

    /** A knowledge base whose model this deployment no longer has is searched by its text alone. */
    private Map<String, EmbeddedQuestion> embedded(Set<String> wanted, String question) {
        Set<String> known = known();
        return wanted.stream()
                .filter(known::contains)
                .collect(Collectors.toMap(id -> id, id -> QuestionVector.of(models, id, question)));
    }

    private Set<String> known() {
        return models.specs().stream().map(EmbeddingSpec::id).collect(Collectors.toSet());
    }
}
