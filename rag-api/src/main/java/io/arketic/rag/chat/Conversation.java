package io.arketic.rag.chat;

import io.arketic.rag.answer.AnswerListener;
import io.arketic.rag.answer.Answers;
import io.arketic.rag.answer.Question;
import io.arketic.rag.answer.RunningAnswers;
import io.arketic.rag.attendance.Cancellation;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.knowledge.KnowledgeBase;
import io.arketic.rag.knowledge.KnowledgeBases;
import io.arketic.rag.organization.AiAllowance;
import io.arketic.rag.organization.AiWork;
import io.arketic.rag.profile.Asker;
import io.arketic.rag.profile.Askers;
import io.arketic.schema.search.ChunkHit;
import io.arketic.schema.search.Expansion;
import io.arketic.schema.search.SearchFilter;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Takes a message, answers it, and stores both. */
@Component
class Conversation {

    /** Holds a stored message that waits for its answer. */
    record Asked(OpenQuestion open, Question question) {

        UUID messageId() {
            return open.messageId();
        }
    }

    private final Chats chats;
    private final Messages messages;
    private final KnowledgeBases knowledgeBases;
    private final Answers answers;
    private final AiAllowance allowance;
    private final RunningAnswers running;
    private final Identifiers identifiers;
    private final WaitingCallers askers;
    private final OpenQuestions openQuestions;
    private final Askers preferences;

    Conversation(
            Chats chats,
            Messages messages,
            KnowledgeBases knowledgeBases,
            Answers answers,
            AiAllowance allowance,
            RunningAnswers running,
            Identifiers identifiers,
            WaitingCallers askers,
            OpenQuestions openQuestions,
            Askers preferences) {
        this.chats = chats;
        this.messages = messages;
        this.knowledgeBases = knowledgeBases;
        this.answers = answers;
        this.allowance = allowance;
        this.running = running;
        this.identifiers = identifiers;
        this.askers = askers;
        this.openQuestions = openQuestions;
        this.preferences = preferences;
    }

    /** Returns a chat that the caller may write in. */
    ChatAccess enter(Caller caller, UUID chat) {
        return chats.require(caller, chat).sending();
    }

    /** Stores a message for people only. */
    ChatMessage say(ChatAccess access, String content, @Nullable UUID replyTo) {
        return messages.add(access, content, replyTo);
    }

    /** Stores a question, after refusing what cannot be asked. It can be stopped from the moment that others see it. */
    Asked ask(
            ChatAccess access,
            String content,
            @Nullable List<UUID> knowledgeBaseIds,
            SearchFilter filter,
            Expansion expansion,
            @Nullable UUID replyTo,
            Cancellation cancellation) {
        List<KnowledgeBase> bases = knowledgeBaseIds == null
                ? usual(access)
                : knowledgeBases.readable(access.membership(), knowledgeBaseIds);
        Asker asker = preferences.of(access.membership().userId());
        String model = allowance.model(
                access.membership(), asker.model(), access.chat().aiModel());
        UUID id = identifiers.next();
        return stoppable(access, id, cancellation, () -> {
            OpenQuestion open = new OpenQuestion(identifiers.next(), access, id);
            messages.addQuestion(
                    open, work(open, bases, model, content, access.chat().messageCount()), content, replyTo);
            return asked(open, bases, filter, expansion, model, asker, content);
        });
    }

    /** Asks a question again; the present answer stays, and the model does not see it. */
    Asked askAgain(MessageAccess access, Cancellation cancellation) {
        ChatAccess chat = access.chat().sending();
        Asker asker = preferences.of(chat.membership().userId());
        String model =
                allowance.model(chat.membership(), asker.model(), chat.chat().aiModel());
        UUID id = access.question();
        return stoppable(chat, id, cancellation, () -> {
            OpenQuestion open = new OpenQuestion(identifiers.next(), chat, id);
            List<KnowledgeBase> bases = usual(chat);
            AiWork work = work(
                    open, bases, model, access.message().content(), chat.chat().messageCount() - 1);
            ChatMessage question = messages.recharge(open, work);
            return asked(open, bases, SearchFilter.NONE, Expansion.NONE, model, asker, question.content());
        });
    }

    private AiWork work(
            OpenQuestion open, List<KnowledgeBase> bases, String model, String content, int earlierMessages) {
        return messages.work(
                open.access(),
                sql -> answers.work(
                        sql,
                        open.id(),
                        model,
                        bases.stream().map(KnowledgeBase::id).toList(),
                        content,
                        open.access().chat().systemPrompt(),
                        Math.min(Messages.EARLIER, Math.max(0, earlierMessages))));
    }

    /** A caller who loses the chat is cancelled from before the question is stored: later, the signal could be missed. */
    private Asked stoppable(ChatAccess access, UUID message, Cancellation cancellation, Supplier<Asked> ask) {
        running.began(message, cancellation);
        askers.entered(access, cancellation);
        boolean asked = false;
        try {
            Asked result = ask.get();
            asked = true;
            return result;
        } finally {
            if (!asked) {
                askers.left(access, cancellation);
                running.ended(message, cancellation);
            }
        }
    }

    private Asked asked(
            OpenQuestion open,
            List<KnowledgeBase> bases,
            SearchFilter filter,
            Expansion expansion,
            String model,
            Asker asker,
            String content) {
        ChatAccess access = open.access();
        return new Asked(
                open,
                new Question(
                        access.membership(),
                        bases,
                        filter,
                        expansion,
                        content,
                        messages.before(access, open.messageId()),
                        access.chat().systemPrompt(),
                        null,
                        model,
                        access.chat().temperature() == Chat.DEFAULT_TEMPERATURE
                                ? asker.temperature()
                                : access.chat().temperature(),
                        asker));
    }

    private List<KnowledgeBase> usual(ChatAccess access) {
        return knowledgeBases.readable(access.membership(), null).stream()
                .filter(base -> access.chat().asks(base.id()))
                .toList();
    }

    /**
     * Answers a question once, with the cancellation that it was asked with. If it throws, a failed message with the
     * partial answer is stored and charged.
     *
     * @param listener null where the answer is returned whole
     */
    ChatMessage answer(Asked asked, @Nullable AnswerListener listener, Cancellation cancellation) {
        Heard heard = new Heard(listener);
        long begin = System.nanoTime();
        openQuestions.began(asked.open());
        try {
            return answers.answer(
                    asked.question(),
                    heard,
                    cancellation,
                    outcome -> openQuestions.end(
                            asked.open(), outcome, Duration.ofNanos(System.nanoTime() - begin), heard.any));
        } finally {
            openQuestions.left(asked.open());
            askers.left(asked.open().access(), cancellation);
            running.ended(asked.messageId(), cancellation);
        }
    }

    /** Passes an answer on, and records whether any of it was sent. Used only by the answering thread. */
    private static final class Heard implements AnswerListener {

        private final @Nullable AnswerListener listener;
        private boolean any;

        Heard(@Nullable AnswerListener listener) {
            this.listener = listener;
        }

        @Override
        public void retrieved(List<ChunkHit> hits) {
            if (listener != null) {
                listener.retrieved(hits);
            }
        }

        @Override
        public void text(String piece) {
            if (listener != null) {
                any = true;
                listener.text(piece);
            }
        }
    }
}
