package io.arketic.rag.retrieval;

import io.arketic.schema.search.SearchExplanation;
import io.arketic.schema.search.SearchExplanation.Passage;
import io.arketic.schema.search.SearchRequest.Mode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lists the stages from a file to a search's result, in order, with the passage's result at each. */
final class ExplainedStages {

    /**
     * Holds one stage's result for the passage.
     *
     * @param stage rights, read, cut, indexed, enabled, filter, quality, vector, words, fusion, copies, rerank or limit
     * @param passed null where the stage was not reached or not asked for
     * @param rank from 1, where the stage ranks
     */
    record Stage(
            String stage,
            @Nullable Boolean passed,
            @Nullable Long rank,
            @Nullable Double score,
            String detail) {}

    private final List<Stage> stages = new ArrayList<>();
    private final SearchExplanation explanation;
    private final Mode mode;
    private final int limit;

    private ExplainedStages(SearchExplanation explanation, Mode mode, int limit) {
        this.explanation = explanation;
        this.mode = mode;
        this.limit = limit;
    }

    /**
     * Tells each stage that the passage reached.
     *
     * @param at the offset that the passage was named by; null for any passage of the document
     * @param reranks whether a reranker is asked
     * @param place in the search's result; null if it is no candidate
     */
    static List<Stage> of(
            SearchExplanation explanation,
            Mode mode,
            int limit,
            @Nullable Integer at,
            boolean reranks,
            @Nullable PassagePlace place) {
        ExplainedStages stages = new ExplainedStages(explanation, mode, limit);
        stages.untilIndexed(at);
        Passage passage = explanation.passage();
        if (passage != null) {
            stages.searched(passage, reranks, place);
        }
        return stages.stages;
    }

    /** Returns the first stage that the passage did not pass; null if it is found. */
    static @Nullable String lostAt(List<Stage> stages) {
        boolean candidate = stages.stream()
                .anyMatch(stage -> stage.stage().equals("fusion") && Boolean.TRUE.equals(stage.passed()));
        return stages.stream()
                // One signal is enough, so that neither of them loses what the other brings.
                .filter(stage -> !candidate
                        || !stage.stage().equals("vector") && !stage.stage().equals("words"))
                .filter(stage -> Boolean.FALSE.equals(stage.passed()))
                .map(Stage::stage)
                .findFirst()
                .orElse(null);
    }

    private void untilIndexed(@Nullable Integer at) {
        Integer characters = explanation.characters();
        boolean read = characters != null && characters > 0 && (at == null || at < characters);
        String error = explanation.processingError();
        add("rights", true, "the document is the caller's to read");
        add(
                "read",
                read,
                characters == null || characters == 0
                        ? "the document has no text; its status is " + explanation.status()
                                + (error == null ? "" : ": " + error)
                        : "the document has " + characters + " characters");
        if (read) {
            add("cut", explanation.cut(), explanation.cut() ? "a chunk holds it" : "no chunk holds it");
        }
        if (read && explanation.cut()) {
            Passage passage = explanation.passage();
            add(
                    "indexed",
                    passage != null,
                    passage == null
                            ? "generation " + explanation.generation() + ", which is searched, does not hold it"
                            : "chunk " + passage.ordinal() + " of generation " + explanation.generation());
        }
    }

    private void searched(Passage passage, boolean reranks, @Nullable PassagePlace place) {
        add(
                "enabled",
                passage.enabled(),
                passage.enabled()
                        ? "it is on, or is to be shown"
                        : "a user switched it off; filter.include_disabled shows it");
        if (!passage.enabled()) {
            return;
        }
        add("filter", passage.fits(), passage.fits() ? "it fits" : "the filter leaves it out");
        if (!passage.fits()) {
            return;
        }
        add(
                "quality",
                !passage.hidden(),
                passage.hidden()
                        ? "it has little content; filter.include_low_quality shows it"
                        : "it has enough content, or is to be shown");
        if (passage.hidden()) {
            return;
        }
        vector(passage);
        words(passage);
        boolean candidate = passage.place() != null;
        stages.add(new Stage(
                "fusion",
                candidate,
                passage.place(),
                passage.score(),
                candidate
                        ? "of " + passage.candidates() + " candidates"
                        : "neither signal made it one of the " + passage.candidates() + " candidates"));
        if (!candidate || place == null) {
            return;
        }
        if (place.copyOf() != null) {
            add("copies", true, "chunk " + place.copyOf() + " has the same text, and names it as a copy");
        }
        if (reranks) {
            rerank(place);
        }
        stages.add(new Stage(
                "limit",
                place.rank() != null && place.rank() <= limit,
                place.rank(),
                null,
                "the first " + limit + " are returned, copies as one"));
    }

    private void rerank(PassagePlace place) {
        if (!place.reranked()) {
            add("rerank", null, "the reranker gave no order in its time, so that of the fusion stands");
        } else {
            stages.add(new Stage(
                    "rerank",
                    place.rank() != null,
                    place.rank(),
                    place.score(),
                    place.rank() == null
                            ? "too many are before it to be read again"
                            : "the first candidates by question and passage together, the others after them"));
        }
    }

    private void vector(Passage passage) {
        if (mode == Mode.TEXT) {
            add("vector", null, "the mode is text");
        } else if (passage.similarity() == null) {
            add("vector", null, "its model is not of this deployment");
        } else {
            boolean near = passage.similarity() >= passage.threshold();
            stages.add(new Stage(
                    "vector",
                    passage.byVector() && near,
                    passage.vectorPlace(),
                    passage.similarity(),
                    !passage.byVector()
                            ? "too many are nearer"
                            : near
                                    ? "one of the nearest"
                                    : "less similar than the threshold of " + passage.threshold()));
        }
    }

    private void words(Passage passage) {
        if (mode == Mode.VECTOR) {
            add("words", null, "the mode is vector");
        } else {
            stages.add(new Stage(
                    "words",
                    passage.byWords(),
                    passage.wordsPlace(),
                    passage.words(),
                    passage.words() == null
                            ? "it has none of the question's words"
                            : passage.byWords() ? "one of the best" : "too many have more of the question's words"));
        }
    }

    private void add(String stage, @Nullable Boolean passed, String detail) {
        stages.add(new Stage(stage, passed, null, null, detail));
    }
}
