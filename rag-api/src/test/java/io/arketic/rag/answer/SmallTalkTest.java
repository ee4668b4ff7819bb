package io.arketic.rag.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.answer.Question.Turn;
import io.arketic.rag.extractive.SmallTalk;
import io.arketic.rag.model.Models;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests what asks for no content of documents: small talk, and chat programs that request a title. */
class SmallTalkTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"Hello!", "hi there", "Thanks a lot :-)", "Danke", "Bonjour !", "谢谢。", "Merhaba", "How are you?"
            })
    void smallTalkGetsAPlainSentence(String message) {
        assertThat(SmallTalk.of(message)).isNotNull().matches(".*[.。]").doesNotContain("[1]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"What is a hello packet?", "Thanks, and when is it open?", "Help desk hours", ""})
    void aQuestionIsNone(String message) {
        assertThat(SmallTalk.of(message)).isNull();
    }

    @Test
    void aChatProgramGetsATitleOfTheFirstQuestion() {
        String request = """
                ### Task:
                Generate a concise, 3-5 word title with an emoji summarizing the chat history.
                ### Output:
                JSON format: { "title": "your concise title here" }
                ### Chat History:
                <chat_history>
                USER: how do I rename a database in the portal?
                ASSISTANT: Press the button.
                </chat_history>""";
        assertThat(ChatTitle.of(Models.question(request))).isEqualTo("{\"title\":\"How do I rename a database\"}");
        assertThat(ChatTitle.of(Models.question(
                        "Provide a concise, 5-word-or-less title for the conversation. Only return the title itself.",
                        new Turn(true, "what is the rent?"),
                        new Turn(false, "Low [1]."))))
                .isEqualTo("What is the rent");
    }

    @Test
    void aQuestionAboutTitlesIsAQuestion() {
        assertThat(ChatTitle.of(Models.question("How do I create a title page?")))
                .isNull();
        assertThat(ChatTitle.of(Models.question("Generate a title for the conversation")))
                .isNull();
    }
}
