package io.arketic.rag.chat;

import io.arketic.rag.organization.Membership;
import io.arketic.rag.workflow.FailureKind;
import io.arketic.rag.workflow.StepFailure;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Writes the messages of workflows into chats, in the transaction of their step. */
public final class ChatPosts {

    private static final int LONGEST = 32_000;

    private ChatPosts() {}

    /** @throws StepFailure where the member finds no such chat, or the text is empty or too long */
    public static void post(JdbcClient sql, Membership membership, UUID chatId, UUID messageId, String text) {
        String content = text.replace("\0", "").strip();
        if (content.isEmpty() || content.length() > LONGEST) {
            throw new StepFailure(FailureKind.INVALID, "content must have 1 to " + LONGEST + " characters");
        }
        Chat chat = Chats.find(sql, chatId)
                .orElseThrow(() -> new StepFailure(FailureKind.REFUSED, "There is no such chat for the member"));
        Messages.insert(sql, new ChatAccess(membership, chat), messageId, content, null);
    }
}
