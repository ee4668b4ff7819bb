package io.arketic.rag.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.answer.Question.Turn;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StandaloneQuestionTest {

    private static final Turn EARLIER = new Turn(true, "Which warranty has the X200 pump?", null);
    private static final Turn ANSWER = new Turn(false, "Two years [1].", null);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Who repairs it?|Who repairs it? warranty X200 pump",
                "And the X300?|And the X300? warranty X200 pump",
                "为什么?|为什么? warranty X200 pump"
            })
    void followUpsGetWhatTheEarlierQuestionWasAbout(String question, String standalone) {
        assertThat(StandaloneQuestion.of(Models.question(question, EARLIER, ANSWER)))
                .isEqualTo(standalone);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "How often is the filter of the dishwasher changed?",
                "Which stations close when there is deep snow?",
                "What does Acme pay for its stolen bicycles in winter?"
            })
    void whatSaysEnoughStaysAsItIs(String question) {
        assertThat(StandaloneQuestion.of(Models.question(question, EARLIER, ANSWER)))
                .isEqualTo(question);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Who repairs it?", "And the X300?", "Why?"})
    void whatNothingWasAskedBeforeStaysAsItIs(String question) {
        assertThat(StandaloneQuestion.of(Models.question(question))).isEqualTo(question);
    }
}
