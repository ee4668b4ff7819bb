package io.arketic.rag.generation;

import io.arketic.rag.bulkhead.Bulkhead;
import io.arketic.rag.bulkhead.Bulkhead.Place;
import io.arketic.rag.bulkhead.Bulkheads;
import io.arketic.rag.bulkhead.Kind;
import io.arketic.rag.knowledge.KnowledgeAccess;
import io.arketic.rag.problem.DatabaseProblem;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.generation.GenerationPlan;
import io.arketic.schema.generation.IndexGenerations;
import io.arketic.schema.generation.SwitchOutcome;
import io.arketic.schema.tenancy.TenantDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Manages the generations of a knowledge base's index; the reindex job fills them. */
@Component
class Reindexing {

    /** @param generations the newest first */
    record Progress(int activeGeneration, List<Generation> generations) {}

    /** Queries the database. */
    private interface Question<T> {
        T ask() throws SQLException;
    }

    private final IndexGenerations generations;
    private final TenantModels models;
    private final Bulkhead places;

    Reindexing(TenantDatabase database, TenantModels models, Bulkheads bulkheads) {
        this.generations = new IndexGenerations(database);
        this.models = models;
        this.places = bulkheads.of(Kind.ACTIVATIONS);
    }

    Progress progress(KnowledgeAccess access) {
        List<Generation> all =
                ask(() -> generations.list(
                                access.membership().context(),
                                access.knowledgeBase().id()))
                        .stream()
                        .map(Generation::of)
                        .toList();
        int active = all.stream()
                .filter(one -> one.state().equals("active"))
                .mapToInt(Generation::generation)
                .findFirst()
                .orElse(access.knowledgeBase().activeGeneration());
        return new Progress(active, all);
    }

    Generation begin(KnowledgeAccess access, GenerationPlan plan) {
        if (!access.knowledgeBase().isActive()) {
            throw new ProblemException(ProblemReason.CONFLICT, "The knowledge base is not active.");
        }
        OptionalInt begun = ask(() -> generations.begin(
                access.membership().context(), access.knowledgeBase().id(), plan));
        if (begun.isEmpty()) {
            throw new ProblemException(
                    ProblemReason.REINDEX_UNDER_WAY, "Another generation was begun; activate or cancel it first.");
        }
        return require(access, begun.getAsInt());
    }

    /** Asks the model first: the next search does not wait for its loading, and a model that is down cannot go live. */
    Generation activate(KnowledgeAccess access, int generation) {
        Generation candidate = require(access, generation);
        if (candidate.begun()) {
            UUID tenant = access.membership().organizationId();
            try (Place place = places.enter(tenant, access.membership().userId())) {
                QuestionVector.of(models, tenant, candidate.embeddingModel(), "ready?");
            }
        }
        return switched(
                access,
                ask(() -> generations.activate(
                        access.membership().context(), access.knowledgeBase().id(), generation)));
    }

    Generation rollBack(KnowledgeAccess access, int generation) {
        require(access, generation);
        return switched(
                access,
                ask(() -> generations.rollBack(
                        access.membership().context(), access.knowledgeBase().id(), generation)));
    }

    private Generation switched(KnowledgeAccess access, SwitchOutcome outcome) {
        if (outcome instanceof SwitchOutcome.Switched done) {
            return require(access, done.generation());
        }
        if (outcome instanceof SwitchOutcome.Unchanged same) {
            return require(access, same.generation());
        }
        if (outcome instanceof SwitchOutcome.Incomplete incomplete) {
            throw new ProblemException(
                    ProblemReason.GENERATION_INCOMPLETE,
                    "Generation " + incomplete.generation() + " lacks " + incomplete.missing()
                            + " documents; try again when they are in it.");
        }
        throw new ProblemException(ProblemReason.GENERATION_UNAVAILABLE, "This generation cannot be activated.");
    }

    void cancel(KnowledgeAccess access, int generation) {
        Generation there = require(access, generation);
        if (!ask(() -> generations.cancel(
                access.membership().context(), access.knowledgeBase().id(), generation))) {
            throw unavailable(there, "cancelled");
        }
    }

    void prune(KnowledgeAccess access, int generation) {
        Generation there = require(access, generation);
        if (!ask(() -> generations.prune(
                access.membership().context(), access.knowledgeBase().id(), generation))) {
            throw unavailable(there, "pruned");
        }
    }

    Generation require(KnowledgeAccess access, int generation) {
        return ask(() -> generations.find(
                        access.membership().context(), access.knowledgeBase().id(), generation))
                .map(Generation::of)
                .orElseThrow(() -> ProblemException.notFound("generation"));
    }

    private static ProblemException unavailable(Generation generation, String wish) {
        return new ProblemException(
                ProblemReason.GENERATION_UNAVAILABLE,
                "Generation " + generation.generation() + " is " + generation.state() + " and cannot be " + wish + ".");
    }

    private static <T> T ask(Question<T> question) {
        try {
            return question.ask();
        } catch (SQLException failure) {
            throw DatabaseProblem.of(failure);
        }
    }
}
