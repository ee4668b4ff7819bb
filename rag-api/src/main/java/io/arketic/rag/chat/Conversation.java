package io.arketic.rag.chat;

import io.arketic.rag.answer.Answer;
import io.arketic.rag.answer.AnswerListener;
import io.arketic.rag.answer.Answers;
import io.arketic.rag.answer.Question;
import io.arketic.rag.identity.Caller;
import io.arketic.rag.knowledge.KnowledgeBase;
import io.arketic.rag.knowledge.KnowledgeBases;
import io.arketic.rag.organization.AiAllowance;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Takes a message, answers it, and keeps both. */
@Component
class Conversation {

    /** A message that has been stored and waits for its answer. */
    record Asked(ChatAccess access, UUID messageId, Question question) {}

    private final Chats chats;
    private final Messages messages;
    private final KnowledgeBases knowledgeBases;
    private final Answers answers;
    private final AiAllowance allowance;

    Conversation(
            Chats chats, Messages messages, KnowledgeBases knowledgeBases, Answers answers, AiAllowance allowance) {
        this.chats = chats;
        this.messages = messages;
        this.knowledgeBases = knowledgeBases;
        this.answers = answers;
        this.allowance = allowance;
    }

    /** Refuses what cannot be asked before anything is stored. */
    Asked ask(Caller caller, UUID chatId, String content, @Nullable List<UUID> knowledgeBaseIds) {
        ChatAccess access = chats.require(caller, chatId);
        List<UUID> own = access.chat().knowledgeBaseIds();
        List<KnowledgeBase> bases;
        if (knowledgeBaseIds != null && !knowledgeBaseIds.isEmpty()) {
            bases = knowledgeBases.readable(access.membership(), knowledgeBaseIds);
        } else {
            bases = knowledgeBases.readable(access.membership(), null).stream()
                    .filter(base -> own.isEmpty() || own.contains(base.id()))
                    .toList();
        }
        String model = allowance.model(access.membership(), access.chat().aiModel());
        UUID messageId = messages.addQuestion(access, content);
        Question question = new Question(
                access.membership(),
                bases,
                content,
                messages.before(access, messageId),
                access.chat().systemPrompt(),
                model,
                access.chat().temperature());
        return new Asked(access, messageId, question);
    }

    /** When it throws, the question stays without an answer and may be asked again. */
    ChatMessage answer(Asked asked, AnswerListener listener) {
        long begin = System.nanoTime();
        Answer answer = answers.answer(asked.question(), listener);
        return messages.addAnswer(
                asked.access(), asked.messageId(), answer, Duration.ofNanos(System.nanoTime() - begin));
    }
}
