package io.arketic.rag.answer;

import io.arketic.embeddings.EmbeddingException;
import io.arketic.rag.answer.ExtractiveAnswerer.Choice;
import io.arketic.schema.ChunkHit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The answer of a deployment without a language model: sentences of the passages, each with its citation. */
final class ExtractiveModel implements ChatModel {

    private static final String NAME = "extractive";

    private final Retrieval retrieval;
    private final ExtractiveAnswerer answerer = new ExtractiveAnswerer();

    ExtractiveModel(Retrieval retrieval) {
        this.retrieval = retrieval;
    }

    @Override
    public Composition compose(Question question, List<ChunkHit> hits, Consumer<String> pieces) {
        List<Choice> choices;
        try {
            choices = answerer.choose(question.text(), hits, retrieval.reader(question.knowledgeBases()));
        } catch (EmbeddingException failure) {
            throw Retrieval.unavailable(failure);
        }
        if (choices.isEmpty()) {
            pieces.accept(ExtractiveAnswerer.NO_ANSWER);
            return new Composition(ExtractiveAnswerer.NO_ANSWER, NAME, 0, 0, List.of());
        }
        StringBuilder content = new StringBuilder();
        List<Citation> citations = new ArrayList<>();
        for (Choice choice : choices) {
            Sentence sentence = choice.sentence();
            int number = citations.size() + 1;
            String piece = (number == 1 ? "" : " ") + sentence.text() + " [" + number + "]";
            pieces.accept(piece);
            content.append(piece);
            citations.add(ChatModel.cite(number, sentence.hit(), sentence.start(), sentence.end(), sentence.text()));
        }
        double confidence =
                choices.stream().mapToDouble(Choice::confidence).max().orElse(0);
        return new Composition(content.toString(), NAME, 0, confidence, citations);
    }
}
