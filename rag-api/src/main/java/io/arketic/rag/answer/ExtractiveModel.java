package io.arketic.rag.answer;

import io.arketic.embeddings.EmbeddingException;
import io.arketic.rag.answer.ExtractiveAnswerer.Choice;
import io.arketic.rag.knowledge.QuestionVector;
import io.arketic.schema.ChunkHit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The answer of a deployment without a language model: sentences of the passages, each with its citation. */
final class ExtractiveModel implements ChatModel {

    private final Retrieval retrieval;
    private final ExtractiveAnswerer answerer = new ExtractiveAnswerer();

    ExtractiveModel(Retrieval retrieval) {
        this.retrieval = retrieval;
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
            pieces.accept(ExtractiveAnswerer.NO_ANSWER);
            return new Composition(ExtractiveAnswerer.NO_ANSWER, ChatProperties.EXTRACTIVE, Usage.NONE, 0, List.of());
        }
        OutputFilter filter = new OutputFilter(hits, List.of(), pieces);
        List<Citation> citations = new ArrayList<>();
        for (Choice choice : choices) {
            Sentence sentence = choice.sentence();
            int number = citations.size() + 1;
            filter.sentence((number == 1 ? "" : " ") + sentence.text(), number);
            citations.add(ChatModel.cite(number, sentence.hit(), sentence.start(), sentence.end(), sentence.text()));
        }
        filter.end();
        double confidence =
                choices.stream().mapToDouble(Choice::confidence).max().orElse(0);
        return new Composition(filter.content(), ChatProperties.EXTRACTIVE, Usage.NONE, confidence, citations);
    }

    private List<Choice> choose(Question question, String standalone, List<ChunkHit> hits) {
        try {
            return answerer.choose(
                    standalone, hits, retrieval.reader(question.membership(), question.knowledgeBases()));
        } catch (EmbeddingException failure) {
            throw QuestionVector.unavailable(failure);
        }
    }
}
