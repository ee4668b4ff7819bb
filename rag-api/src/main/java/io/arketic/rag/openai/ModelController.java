package io.arketic.rag.openai;

import io.arketic.embeddings.EmbeddingModels;
import io.arketic.embeddings.EmbeddingSpec;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.knowledge.KnowledgeBase;
import io.arketic.rag.knowledge.KnowledgeBases;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.swagger.v3.oas.annotations.Operation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code GET /v1/models}: the knowledge bases that the caller may read, and the embedding models. */
@RestController
class ModelController {

    /** @param name of the knowledge base; null for embedding models */
    record Model(
            String id,
            String object,
            long created,
            String ownedBy,
            @Nullable String name) {}

    record Models(String object, List<Model> data) {}

    private final Memberships memberships;
    private final KnowledgeBases knowledgeBases;
    private final EmbeddingModels embeddingModels;

    ModelController(Memberships memberships, KnowledgeBases knowledgeBases, EmbeddingModels embeddingModels) {
        this.memberships = memberships;
        this.knowledgeBases = knowledgeBases;
        this.embeddingModels = embeddingModels;
    }

    @Operation(summary = "List the knowledge bases and the embedding models")
    @Requires(Permission.KNOWLEDGE_READ)
    @GetMapping("/v1/models")
    Models list(Caller caller) {
        List<Model> models = new ArrayList<>();
        for (Membership membership : memberships.all(caller)) {
            knowledgeBases.readable(membership, null).forEach(base -> models.add(model(base, membership)));
        }
        embeddingModels.specs().forEach(spec -> models.add(model(spec)));
        return new Models("list", models);
    }

    @Operation(summary = "See a model")
    @Requires(Permission.KNOWLEDGE_READ)
    @GetMapping("/v1/models/{model}")
    Model get(Caller caller, @PathVariable String model) {
        return embeddingModels.specs().stream()
                .filter(spec -> spec.id().equals(model))
                .map(ModelController::model)
                .findFirst()
                .orElseGet(() -> {
                    if (KnowledgeModel.ids(model).size() > 1) {
                        throw KnowledgeModel.unknown();
                    }
                    var access = KnowledgeModel.known(() -> knowledgeBases.require(
                            caller, KnowledgeModel.ids(model).get(0)));
                    return model(access.knowledgeBase(), access.membership());
                });
    }

    private static Model model(KnowledgeBase base, Membership membership) {
        return new Model(
                KnowledgeModel.name(base.id()),
                "model",
                base.createdAt().getEpochSecond(),
                membership.organizationSlug(),
                base.name());
    }

    private static Model model(EmbeddingSpec spec) {
        return new Model(spec.id(), "model", 0, "arketic", null);
    }
}
