package io.arketic.rag.chat;

import io.arketic.rag.organization.Membership;
import io.arketic.rag.permission.Role;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.util.function.Predicate;

/** Holds a chat and the caller's role in it. */
public record ChatAccess(Membership membership, Chat chat) {

    /** Returns itself if the caller may write messages. */
    public ChatAccess sending() {
        return writing(Participation::sends, "You may read this chat and not write in it.");
    }

    /** Returns itself if the caller may put files into the chat. */
    ChatAccess uploading() {
        return writing(Participation::uploads, "You may not put files into this chat.");
    }

    /** Returns itself if the caller may change the chat and its participants. */
    ChatAccess administering() {
        return allowed(
                participation ->
                        participation.administers() && membership.role().isAtLeast(Role.MEMBER),
                "Only the chat's owners and admins may do this.");
    }

    /** Returns itself if the caller owns the chat. */
    ChatAccess owning() {
        return allowed(
                participation -> participation.owns() && membership.role().isAtLeast(Role.MEMBER),
                "Only the chat's owners may do this.");
    }

    /** Returns itself if the caller takes part. */
    ChatAccess takingPart() {
        return allowed(participation -> true, "Join the channel first.");
    }

    private ChatAccess writing(Predicate<Participation> may, String otherwise) {
        allowed(may, otherwise);
        if (chat.isArchived()) {
            throw new ProblemException(ProblemReason.CHAT_ARCHIVED, "The chat is archived and read-only.");
        }
        return this;
    }

    private ChatAccess allowed(Predicate<Participation> may, String otherwise) {
        Participation own = chat.participation();
        if (own == null || !may.test(own)) {
            throw new ProblemException(ProblemReason.FORBIDDEN, otherwise);
        }
        return this;
    }
}
