package io.arketic.rag.chat;

import io.arketic.rag.answer.Answer;
import io.arketic.rag.answer.AnswerListener;
import io.arketic.rag.answer.Answers;
import io.arketic.rag.answer.Question;
import io.arketic.rag.identity.Caller;
import io.arketic.rag.knowledge.KnowledgeBase;
import io.arketic.rag.knowledge.KnowledgeBases;
import io.arketic.rag.organization.AiAllowance;
import io.arketic.rag.problem.ProblemException;
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

    /** A chat that the caller may write in. */
    ChatAccess enter(Caller caller, UUID chat) {
        return chats.require(caller, chat).sending();
    }

    /** Keeps what is for people only. */
    ChatMessage say(ChatAccess access, String content, @Nullable UUID replyTo) {
        return messages.add(access, content, replyTo);
    }

    /** Refuses what cannot be asked before anything is stored. */
    Asked ask(ChatAccess access, String content, @Nullable List<UUID> knowledgeBaseIds, @Nullable UUID replyTo) {
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
        UUID messageId = messages.addQuestion(access, content, replyTo);
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

    /** When it throws, a failed answer is kept, which says why, and the question may be asked again. */
    ChatMessage answer(Asked asked, AnswerListener listener) {
        long begin = System.nanoTime();
        try {
            Answer answer = answers.answer(asked.question(), listener);
            return messages.addAnswer(asked.access(), asked.messageId(), answer, since(begin));
        } catch (ProblemException problem) {
            messages.addFailure(asked.access(), asked.messageId(), problem.reason(), since(begin));
            throw problem;
        }
    }

    private static Duration since(long begin) {
        return Duration.ofNanos(System.nanoTime() - begin);
    }
}
