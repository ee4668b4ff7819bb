package io.arketic.rag.chat;

import io.arketic.rag.idempotency.StandingCheck;
import io.arketic.rag.identity.Caller;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Who has lost a chat is not told again what was said there. */
@Component
class ChatStanding implements StandingCheck {

    private final Chats chats;
    private final Messages messages;

    ChatStanding(Chats chats, Messages messages) {
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
