package io.arketic.rag.chat;

import io.arketic.rag.knowledge.KnowledgeBase;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds changes of a chat; null leaves a value unchanged.
 *
 * @param aiModel empty for the organization's own
 * @param systemPrompt empty for none
 * @param knowledgeScope {@code all} or {@code chosen}
 * @param knowledgeBases the chosen ones, in the place of those before
 */
record ChatSettings(
        @Nullable String title,
        @Nullable String aiModel,
        @Nullable String systemPrompt,
        @Nullable Double temperature,
        @Nullable Boolean enableAiResponses,
        @Nullable Boolean isArchived,
        @Nullable String knowledgeScope,
        @Nullable List<KnowledgeBase> knowledgeBases) {}
