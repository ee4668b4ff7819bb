package io.arketic.rag.answer;

import io.arketic.embeddings.EmbeddingException;
import io.arketic.rag.attendance.Cancellation;
import io.arketic.rag.extractive.Disagreement;
import io.arketic.rag.extractive.Extent;
import io.arketic.rag.extractive.ExtractiveAnswerer;
import io.arketic.rag.extractive.ExtractiveAnswerer.Choice;
import io.arketic.rag.extractive.Passage;
import io.arketic.rag.extractive.SmallTalk;
import io.arketic.rag.generation.QuestionVector;
import io.arketic.rag.model.ChatProperties;
import io.arketic.rag.model.OutputFilter;
import io.arketic.rag.model.Usage;
import io.arketic.rag.profile.ResponseStyle;
import io.arketic.rag.retrieval.Retrieval;
import io.arketic.schema.search.ChunkHit;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Answers in a deployment without a language model: passages of the chunks, each with its citation. */
final class ExtractiveModel implements ChatModel {

    private final Retrieval retrieval;
    private final DocumentDates dates;
    private final ExtractiveAnswerer answerer = new ExtractiveAnswerer();

    ExtractiveModel(Retrieval retrieval, DocumentDates dates) {
        this.retrieval = retrieval;
        this.dates = dates;
    }

    /** Returns a courtesy, or the title that a chat program requests. */
    @Override
    public @Nullable String withoutSources(Question question) {
        String title = ChatTitle.of(question);
        return title != null ? title : SmallTalk.of(question.text());
    }

    @Override
    public Standalone standalone(Question question, Cancellation cancellation) {
        return new Standalone(StandaloneQuestion.of(question), Usage.NONE);
    }

    @Override
    public Composition compose(
            Question question,
            String standalone,
            List<ChunkHit> hits,
            Consumer<String> pieces,
            Cancellation cancellation) {
        cancellation.check();
        List<Choice> choices = retrieval.awaiting(cancellation, () -> choose(question, standalone, hits));
        if (choices.isEmpty()) {
            String none = AnswerTexts.noAnswer(question.asker().language());
            pieces.accept(none);
            return new Composition(none, ChatProperties.EXTRACTIVE, Usage.NONE, 0, List.of());
        }
        boolean disagree = Disagreement.among(choices);
        boolean named = disagree || question.asker().style() == ResponseStyle.DETAILED;
        Map<UUID, LocalDate> days = named ? days(question, choices) : Map.of();
        if (disagree) {
            choices = choices.stream()
                    .sorted(Comparator.comparing(
                            (Choice choice) ->
                                    days.getOrDefault(choice.passage().hit().documentId(), LocalDate.MIN),
                            Comparator.reverseOrder()))
                    .toList();
        }
        OutputFilter filter = new OutputFilter(hits, List.of(), pieces);
        List<Citation> citations = new ArrayList<>();
        for (Choice choice : choices) {
            Passage passage = choice.passage();
            int number = citations.size() + 1;
            filter.sentence(
                    (number == 1 ? "" : "\n\n") + (named ? source(passage, days) : "") + passage.told(), number);
            citations.add(ChatModel.cite(number, passage.hit(), passage.start(), passage.end(), passage.quote()));
        }
        filter.end();
        double confidence =
                choices.stream().mapToDouble(Choice::confidence).max().orElse(0);
        return new Composition(filter.content(), ChatProperties.EXTRACTIVE, Usage.NONE, confidence, citations);
    }

    private Map<UUID, LocalDate> days(Question question, List<Choice> choices) {
        return dates.of(
                question.membership(),
                question.asker().zone(),
                choices.stream()
                        .map(choice -> choice.passage().hit().documentId())
                        .distinct()
                        .toList());
    }

    /** Names the document of a passage and its date: the age distinguishes sources that disagree. */
    private static String source(Passage passage, Map<UUID, LocalDate> days) {
        LocalDate day = days.get(passage.hit().documentId());
        return passage.hit().filename() + (day == null ? "" : " (" + day + ")") + ": ";
    }

    private static Extent extent(ResponseStyle style) {
        return switch (style) {
            case CONCISE -> Extent.CONCISE;
            case BALANCED -> Extent.BALANCED;
            case DETAILED -> Extent.DETAILED;
        };
    }

    private List<Choice> choose(Question question, String standalone, List<ChunkHit> hits) {
        try {
            return answerer.choose(
                    standalone,
                    hits,
                    retrieval.reader(question.membership(), question.knowledgeBases()),
                    extent(question.asker().style()));
        } catch (EmbeddingException failure) {
            throw QuestionVector.unavailable(failure);
        }
    }
}
