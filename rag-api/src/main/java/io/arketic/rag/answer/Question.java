package io.arketic.rag.answer;

import io.arketic.rag.knowledge.KnowledgeBase;
import io.arketic.rag.organization.Membership;
import io.arketic.schema.search.SearchFilter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is asked, by whom, of which knowledge bases.
 *
 * @param filter what of the knowledge bases is searched
 * @param earlier turns of the conversation, the oldest first
 * @param instructions of the chat's owner to the language model; null for none
 * @param model that the chat names; null takes the deployment's
 */
public record Question(
        Membership membership,
        List<KnowledgeBase> knowledgeBases,
        SearchFilter filter,
        String text,
        List<Turn> earlier,
        @Nullable String instructions,
        @Nullable String model,
        double temperature) {

    /**
     * A message before this one.
     *
     * @param speaker who wrote it, where several people did; null otherwise
     */
    public record Turn(
            boolean fromUser, String text, @Nullable String speaker) {

        /** Where one person spoke. */
        public Turn(boolean fromUser, String text) {
            this(fromUser, text, null);
        }

        /** As a language model reads it. */
        String said() {
            return speaker == null ? text : speaker + ": " + text;
        }
    }

    public Question {
        knowledgeBases = List.copyOf(knowledgeBases);
        earlier = List.copyOf(earlier);
    }
}
