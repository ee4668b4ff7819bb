package io.arketic.rag.generation;

import io.arketic.rag.attendance.Cancellation;
import io.arketic.rag.knowledge.KnowledgeAccess;
import io.arketic.rag.knowledge.KnowledgeBases;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.workflow.FailureKind;
import io.arketic.rag.workflow.OutsideStep;
import io.arketic.rag.workflow.StepCall;
import io.arketic.rag.workflow.StepField;
import io.arketic.rag.workflow.StepOutcome;
import io.arketic.rag.workflow.StepSpec;
import io.arketic.schema.generation.GenerationPlan;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * {@code reindex}: builds the next generation of a knowledge base and waits for it. A generation that is under way already is
 * the one that it waits for, so that it is done again after a crash.
 */
@Component
class ReindexStep implements OutsideStep {

    private static final int LOOK_SECONDS = 2;
    private static final String GENERATION = "generation";
    private static final StepSpec SPEC = StepSpec.of(
            "reindex",
            "Builds the next generation of a knowledge base with its own settings, and waits until it is ready.",
            StepField.required("knowledge_base_id", StepField.Kind.ID, "Of the knowledge base"),
            StepField.optional(
                    "activate", StepField.Kind.FLAG, "Whether it is searched from then on; true by default"));

    private final KnowledgeBases knowledgeBases;
    private final Reindexing reindexing;

    ReindexStep(KnowledgeBases knowledgeBases, Reindexing reindexing) {
        this.knowledgeBases = knowledgeBases;
        this.reindexing = reindexing;
    }

    @Override
    public StepSpec spec() {
        return SPEC;
    }

    @Override
    public boolean repeatable(StepCall call) {
        return true;
    }

    @Override
    public StepOutcome run(StepCall call, Cancellation cancellation) {
        call.require(Permission.KNOWLEDGE_WRITE);
        KnowledgeAccess access = knowledgeBases
                .access(call.membership(), call.requireId("knowledge_base_id"))
                .permitting(Permission.KNOWLEDGE_WRITE);
        Map<String, Object> state = call.state();
        int generation = state == null ? begin(access) : ((Number) state.getOrDefault(GENERATION, 0)).intValue();
        Generation built = reindexing.require(access, generation);
        if (built.state().equals("active")) {
            return new StepOutcome.Completed(Map.of(GENERATION, generation, "active", true));
        }
        if (!built.begun()) {
            return new StepOutcome.Failed(
                    FailureKind.REFUSED, "Generation " + generation + " is " + built.state() + " meanwhile");
        }
        try {
            if (built.state().equals("ready")) {
                if (!call.flag("activate", true)) {
                    return new StepOutcome.Completed(Map.of(GENERATION, generation, "active", false));
                }
                reindexing.activate(access, generation);
                return new StepOutcome.Completed(Map.of(GENERATION, generation, "active", true));
            }
        } catch (ProblemException problem) {
            if (problem.reason() != ProblemReason.GENERATION_INCOMPLETE) {
                throw problem;
            }
        }
        return new StepOutcome.Waiting(Instant.now().plusSeconds(LOOK_SECONDS), Map.of(GENERATION, generation));
    }

    private int begin(KnowledgeAccess access) {
        Optional<Generation> underWay = reindexing.progress(access).generations().stream()
                .filter(Generation::begun)
                .findFirst();
        if (underWay.isPresent()) {
            return underWay.get().generation();
        }
        return reindexing
                .begin(
                        access,
                        new GenerationPlan(
                                access.knowledgeBase().embeddingModel(),
                                access.knowledgeBase().chunkSize(),
                                access.knowledgeBase().chunkOverlap(),
                                access.knowledgeBase().similarityThreshold()))
                .generation();
    }
}
