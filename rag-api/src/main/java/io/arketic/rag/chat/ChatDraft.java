package io.arketic.rag.chat;

import io.arketic.rag.knowledge.KnowledgeBase;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds a new chat with all choices made.
 *
 * @param others participants from the beginning beside the caller, the chat's owner
 */
record ChatDraft(
        String title,
        String chatType,
        List<UUID> others,
        @Nullable String aiModel,
        @Nullable String systemPrompt,
        double temperature,
        boolean enableAiResponses,
        String knowledgeScope,
        List<KnowledgeBase> knowledgeBases) {

    ChatDraft {
        others = List.copyOf(others);
        knowledgeBases = List.copyOf(knowledgeBases);
    }
}
