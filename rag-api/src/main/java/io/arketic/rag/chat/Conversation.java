package io.arketic.rag.chat;

import io.arketic.rag.answer.AnswerListener;
import io.arketic.rag.answer.AnswerOutcome;
import io.arketic.rag.answer.Answers;
import io.arketic.rag.answer.Cancellation;
import io.arketic.rag.answer.Question;
import io.arketic.rag.answer.RunningAnswers;
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
    private final RunningAnswers running;

    Conversation(
            Chats chats,
            Messages messages,
            KnowledgeBases knowledgeBases,
            Answers answers,
            AiAllowance allowance,
            RunningAnswers running) {
        this.chats = chats;
        this.messages = messages;
        this.knowledgeBases = knowledgeBases;
        this.answers = answers;
        this.allowance = allowance;
        this.running = running;
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
        List<KnowledgeBase> bases = knowledgeBaseIds == null || knowledgeBaseIds.isEmpty()
                ? usual(access)
                : knowledgeBases.readable(access.membership(), knowledgeBaseIds);
        String model = allowance.model(access.membership(), access.chat().aiModel());
        return asked(access, bases, model, messages.addQuestion(access, content, replyTo), content);
    }

    /** Asks once more what was asked; the answer that there is stays, and the model is not shown it. */
    Asked askAgain(MessageAccess access) {
        ChatAccess chat = access.chat().sending();
        String model = allowance.model(chat.membership(), chat.chat().aiModel());
        ChatMessage question = messages.recharge(chat, access.question());
        return asked(chat, usual(chat), model, question.id(), question.content());
    }

    private Asked asked(ChatAccess access, List<KnowledgeBase> bases, String model, UUID message, String content) {
        return new Asked(
                access,
                message,
                new Question(
                        access.membership(),
                        bases,
                        content,
                        messages.before(access, message),
                        access.chat().systemPrompt(),
                        model,
                        access.chat().temperature()));
    }

    private List<KnowledgeBase> usual(ChatAccess access) {
        List<UUID> own = access.chat().knowledgeBaseIds();
        return knowledgeBases.readable(access.membership(), null).stream()
                .filter(base -> own.isEmpty() || own.contains(base.id()))
                .toList();
    }

    /** When it throws, a failed message is kept with what was answered until then, and what that took is charged. */
    ChatMessage answer(Asked asked, AnswerListener listener, Cancellation cancellation) {
        long begin = System.nanoTime();
        running.began(asked.messageId(), cancellation);
        try {
            AnswerOutcome outcome = answers.answer(asked.question(), listener, cancellation);
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            if (outcome instanceof AnswerOutcome.Complete complete) {
                return messages.addAnswer(asked.access(), asked.messageId(), complete.answer(), took);
            }
            AnswerOutcome.Broken broken = (AnswerOutcome.Broken) outcome;
            messages.addFailure(asked.access(), asked.messageId(), broken, took);
            throw broken.problem();
        } finally {
            running.ended(asked.messageId());
        }
    }
}
