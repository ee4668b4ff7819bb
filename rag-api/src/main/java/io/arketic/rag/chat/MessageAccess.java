package io.arketic.rag.chat;

import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds a message and the caller's access to its chat.
 *
 * @param askedBy for an answer, the sender of the answered message
 */
record MessageAccess(
        ChatAccess chat, ChatMessage message, @Nullable UUID askedBy) {

    private static final String WRITTEN = "user";
    private static final String ANSWER = "ai";

    /** Returns itself if the caller wrote it and may still write in the chat. */
    MessageAccess editing() {
        chat.sending();
        requireThere();
        if (!isCallers(message.senderId()) || !message.messageType().equals(WRITTEN)) {
            throw new ProblemException(ProblemReason.FORBIDDEN, "Only its author changes a message.");
        }
        return this;
    }

    /** Returns itself if the caller may write in the chat, and so have its file described. */
    MessageAccess describing() {
        chat.sending();
        requireThere();
        return this;
    }

    /** Returns itself if the caller sent it, asked for it, or administers the chat. */
    MessageAccess deleting() {
        requireThere();
        Participation own = chat.takingPart().chat().participation();
        if (!isCallers(message.senderId()) && !isCallers(askedBy) && (own == null || !own.administers())) {
            throw new ProblemException(
                    ProblemReason.FORBIDDEN, "Only its author, its asker, and admins of the chat delete a message.");
        }
        return this;
    }

    /** Returns the message if a model wrote it. */
    ChatMessage answer() {
        requireThere();
        if (!message.messageType().equals(ANSWER)) {
            throw new ProblemException(ProblemReason.CONFLICT, "The message is not an answer of a model.");
        }
        return message;
    }

    /** Returns the question: this message, or the one that this one answers. */
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

    /** Returns the question if the caller asked it or administers the chat. */
    UUID stopping() {
        UUID question = question();
        Participation own = chat.takingPart().chat().participation();
        if (!isCallers(question.equals(message.id()) ? message.senderId() : askedBy)
                && (own == null || !own.administers())) {
            throw new ProblemException(
                    ProblemReason.FORBIDDEN, "Only the asker, and admins of the chat, stop an answer.");
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
