package io.arketic.rag.retrieval;

import io.arketic.rag.attendance.Cancellation;
import io.arketic.rag.knowledge.KnowledgeBase;
import io.arketic.rag.knowledge.KnowledgeBases;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.workflow.FailureKind;
import io.arketic.rag.workflow.OutsideStep;
import io.arketic.rag.workflow.StepCall;
import io.arketic.rag.workflow.StepFailure;
import io.arketic.rag.workflow.StepField;
import io.arketic.rag.workflow.StepOutcome;
import io.arketic.rag.workflow.StepSpec;
import io.arketic.schema.search.ChunkHit;
import io.arketic.schema.search.Expansion;
import io.arketic.schema.search.SearchFilter;
import io.arketic.schema.search.SearchRequest.Mode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** {@code knowledge_search}: what the acting member would find. It changes nothing, so it is done again after a crash. */
@Component
class KnowledgeSearchStep implements OutsideStep {

    private static final StepSpec SPEC = StepSpec.of(
            "knowledge_search",
            "Searches knowledge bases that the member may read. Gives hits, the best first.",
            StepField.required("query", StepField.Kind.TEXT, "What is searched"),
            StepField.required("knowledge_base_ids", StepField.Kind.LIST, "Ids of knowledge bases"),
            StepField.optional("limit", StepField.Kind.INTEGER, "How many hits, 1 to 50; 10 by default"),
            StepField.choice("mode", "hybrid by default", "hybrid", "vector", "text"));

    private final KnowledgeBases knowledgeBases;
    private final Retrieval retrieval;

    KnowledgeSearchStep(KnowledgeBases knowledgeBases, Retrieval retrieval) {
        this.knowledgeBases = knowledgeBases;
        this.retrieval = retrieval;
    }

    @Override
    public StepSpec spec() {
        return SPEC;
    }

    @Override
    public boolean reads(StepCall call) {
        return true;
    }

    @Override
    public boolean repeatable(StepCall call) {
        return true;
    }

    @Override
    public StepOutcome run(StepCall call, Cancellation cancellation) {
        call.require(Permission.KNOWLEDGE_SEARCH);
        List<UUID> ids = call.ids("knowledge_base_ids");
        String query = call.requireText("query");
        if (ids.isEmpty() || query.isBlank() || query.length() > 4000) {
            throw new StepFailure(
                    FailureKind.INVALID, "query needs 1 to 4000 characters, knowledge_base_ids one id or more");
        }
        List<KnowledgeBase> bases = knowledgeBases.readable(call.membership(), ids);
        Mode mode = Mode.valueOf(call.text("mode").orElse("hybrid").toUpperCase(Locale.ROOT));
        RetrievalRequest wanted = new RetrievalRequest(
                query,
                mode,
                Math.max(1, Math.min(50, call.number("limit", 10))),
                null,
                SearchFilter.NONE,
                Expansion.NONE,
                null);
        List<Map<String, Object>> hits =
                retrieval.find(call.membership(), bases, wanted, cancellation).passages().stream()
                        .map(passage -> hit(passage.hit()))
                        .toList();
        return new StepOutcome.Completed(Map.of("hits", hits));
    }

    private static Map<String, Object> hit(ChunkHit found) {
        Map<String, Object> hit = new LinkedHashMap<>();
        hit.put("document_id", found.documentId().toString());
        hit.put("knowledge_base_id", found.knowledgeBaseId().toString());
        hit.put("filename", found.filename());
        hit.put("start_offset", found.start());
        hit.put("end_offset", found.end());
        hit.put("content", found.text());
        hit.put("score", found.score());
        return hit;
    }
}
