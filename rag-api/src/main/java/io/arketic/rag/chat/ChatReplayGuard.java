package io.arketic.rag.chat;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.idempotency.ReplayGuard;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Refuses to replay a chat's content to a user who has lost the chat. */
@Component
class ChatReplayGuard implements ReplayGuard {

    private final Chats chats;
    private final Messages messages;

    ChatReplayGuard(Chats chats, Messages messages) {
        this.chats = chats;
        this.messages = messages;
    }

    @Override
    public void require(Caller caller, Map<String, UUID> places) {
        UUID chat = places.get("chat");
        if (chat != null) {
            chats.require(caller, chat);
        }
        UUID message = places.get("message");
        if (message != null) {
            messages.require(caller, message);
        }
    }
}
