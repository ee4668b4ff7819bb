package io.arketic.rag.generation;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.generation.Comparisons.Comparison;
import io.arketic.rag.generation.Comparisons.Judged;
import io.arketic.rag.knowledge.KnowledgeAccess;
import io.arketic.rag.knowledge.KnowledgeBases;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /knowledge-bases/{kb}/reindex/compare}. */
@RestController
@RequestMapping("/api/v1/knowledge-bases/{knowledgeBase}/reindex/compare")
class ComparisonController {

    private static final int STORED = 50;
    private static final Set<String> CANDIDATES = Set.of("building", "ready", "retired");

    record Asked(
            @NotBlank @Size(max = 4000) String query,
            @Nullable @Size(max = 100) List<@NotNull UUID> relevantDocuments) {}

    /** @param judged whether the judged questions of the knowledge base are asked; then without queries */
    @Schema(example = """
            {"queries": [{"query": "How often is the filter changed?"}], "generation": 1}""")
    record Wish(
            @Nullable @Size(min = 1, max = 100, message = "must hold 1 to 100; leave it out for questions of chats")
            List<@NotNull @Valid Asked> queries,

            @Nullable @Min(1) Integer generation,
            @Nullable Boolean judged) {}

    private final KnowledgeBases knowledgeBases;
    private final Reindexing reindexing;
    private final Comparisons comparisons;
    private final QuestionHistory history;
    private final JudgedQuestions judged;

    ComparisonController(
            KnowledgeBases knowledgeBases,
            Reindexing reindexing,
            Comparisons comparisons,
            QuestionHistory history,
            JudgedQuestions judged) {
        this.knowledgeBases = knowledgeBases;
        this.reindexing = reindexing;
        this.comparisons = comparisons;
        this.history = history;
        this.judged = judged;
    }

    /** Compares; without queries it uses the judged ones, or those of chats, and without a generation the newest besides the live one. */
    @Operation(summary = "Compare the results of the live generation and another one for the same questions")
    @Requires(Permission.KNOWLEDGE_SEARCH)
    @PostMapping
    Comparison compare(Caller caller, @PathVariable UUID knowledgeBase, @Valid @RequestBody Wish wish) {
        KnowledgeAccess access = knowledgeBases.require(caller, knowledgeBase);
        Reindexing.Progress progress = reindexing.progress(access);
        Generation live = reindexing.require(access, progress.activeGeneration());
        return comparisons.compare(
                access, live, candidate(access, progress, wish.generation()), questions(access, wish));
    }

    private Generation candidate(KnowledgeAccess access, Reindexing.Progress progress, @Nullable Integer wanted) {
        if (wanted != null) {
            Generation named = reindexing.require(access, wanted);
            if (CANDIDATES.contains(named.state()) || named.state().equals("active")) {
                return named;
            }
            throw new ProblemException(
                    ProblemReason.GENERATION_UNAVAILABLE,
                    "Generation " + wanted + " is " + named.state() + " and cannot be searched.");
        }
        return progress.generations().stream()
                .filter(one -> CANDIDATES.contains(one.state()))
                .findFirst()
                .orElseThrow(() -> new ProblemException(
                        ProblemReason.GENERATION_UNAVAILABLE, "There is no generation besides the live one."));
    }

    private List<Judged> questions(KnowledgeAccess access, Wish wish) {
        if (Boolean.TRUE.equals(wish.judged())) {
            if (wish.queries() != null) {
                throw ProblemException.ofField(
                        ProblemReason.INVALID_INPUT, "judged", "must not come with queries of its own");
            }
            return judged.list(access, Cursor.parse(null), JudgedQuestions.MOST).stream()
                    .map(kept -> new Judged(
                            kept.question(),
                            kept.relevantDocuments().stream()
                                    .map(JudgedQuestion.RelevantDocument::documentId)
                                    .collect(Collectors.toSet())))
                    .toList();
        }
        if (wish.queries() == null) {
            return history.questions(access, STORED).stream()
                    .map(question -> new Judged(question, Set.of()))
                    .toList();
        }
        return wish.queries().stream()
                .map(asked -> new Judged(
                        asked.query(),
                        asked.relevantDocuments() == null ? Set.of() : Set.copyOf(asked.relevantDocuments())))
                .toList();
    }
}
