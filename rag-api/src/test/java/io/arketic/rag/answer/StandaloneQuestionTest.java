package io.arketic.rag.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.answer.Question.Turn;
import io.arketic.rag.model.Models;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StandaloneQuestionTest {

    private static final Turn EARLIER = new Turn(true, "Which warranty has the X200 pump?", null);
    private static final Turn ANSWER = new Turn(false, "Two years [1].", null);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"Who repairs it?|Who repairs it? warranty X200 pump", "为什么?|为什么? warranty X200 pump"})
    void followUpsGetWhatTheEarlierQuestionWasAbout(String question, String standalone) {
        assertThat(StandaloneQuestion.of(Models.question(question, EARLIER, ANSWER)))
                .isEqualTo(standalone);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Which warranty has the X200 pump?|And the X300?|Which warranty has the X300 pump?",
                "What may the billing clerk do?|And the approver?|What may the approver do?",
                "What does the treasurer keep?|What about the warden?|What does the warden keep?",
                "How many people live in Oslo?|And in Bergen?|How many people live in Bergen?",
                "When does the train to Oslo leave?|And to Bergen?|When does the train to Bergen leave?",
                "Who is the mayor of Oslo?|and Bergen?|Who is the mayor of Bergen?",
                "What does ERR-4012 mean?|and ERR-4013?|What does ERR-4013 mean?",
                "Was darf der Buchhalter tun?|Und der Prüfer?|Was darf der Prüfer tun?",
                "What may the clerk do?|And why?|And why? clerk"
            })
    void anotherThingTakesThePlaceOfTheOneThatWasAskedAbout(String earlier, String question, String standalone) {
        assertThat(StandaloneQuestion.of(Models.question(question, new Turn(true, earlier, null), ANSWER)))
                .isEqualTo(standalone);
    }

    @Test
    void aChainOfFollowUpsKeepsItsQuestionAndACourtesyBetweenIsNoQuestion() {
        assertThat(StandaloneQuestion.of(Models.question(
                        "And the auditor?",
                        new Turn(true, "What may the billing clerk do?", null),
                        new Turn(true, "And the approver?", null),
                        new Turn(true, "Thank you!", null))))
                .isEqualTo("What may the auditor do?");
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
