package io.arketic.rag.chat;

import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message, and as whom the caller reaches its chat.
 *
 * @param askedBy for an answer, who sent the message that it answers
 */
record MessageAccess(
        ChatAccess chat, ChatMessage message, @Nullable UUID askedBy) {

    private static final String WRITTEN = "user";
    private static final String ANSWER = "ai";

    /** Itself, where the caller wrote it and may still write in the chat. */
    MessageAccess editing() {
        chat.sending();
        requireThere();
        if (!isCallers(message.senderId()) || !message.messageType().equals(WRITTEN)) {
            throw new ProblemException(ProblemReason.FORBIDDEN, "Only who wrote a message changes it.");
        }
        return this;
    }

    /** Itself, where the caller sent it, asked for it, or runs the chat. */
    MessageAccess deleting() {
        requireThere();
        Participation own = chat.takingPart().chat().participation();
        if (!isCallers(message.senderId()) && !isCallers(askedBy) && (own == null || !own.administers())) {
            throw new ProblemException(
                    ProblemReason.FORBIDDEN, "Only who sent a message, asked for it, or runs the chat deletes it.");
        }
        return this;
    }

    /** The message, where a model wrote it. */
    ChatMessage answer() {
        requireThere();
        if (!message.messageType().equals(ANSWER)) {
            throw new ProblemException(ProblemReason.CONFLICT, "That is no answer of a model's.");
        }
        return message;
    }

    /** The message that was asked: this one, or the one that this one answers. */
    UUID question() {
        if (message.messageType().equals(WRITTEN)) {
            requireThere();
            return message.id();
        }
        UUID asked = message.replyToId();
        if (!message.messageType().equals(ANSWER) || asked == null) {
            throw new ProblemException(ProblemReason.CONFLICT, "Nothing was asked there.");
        }
        return asked;
    }

    /** The message that was asked, where the caller asked it or runs the chat. */
    UUID stopping() {
        UUID question = question();
        Participation own = chat.takingPart().chat().participation();
        if (!isCallers(question.equals(message.id()) ? message.senderId() : askedBy)
                && (own == null || !own.administers())) {
            throw new ProblemException(ProblemReason.FORBIDDEN, "Only who asked, or runs the chat, stops an answer.");
        }
        return question;
    }

    private void requireThere() {
        if (message.isDeleted()) {
            throw ProblemException.notFound("message");
        }
    }

    private boolean isCallers(@Nullable UUID user) {
        return chat.membership().userId().equals(user);
    }
}
