package io.arketic.rag.answer;

import io.arketic.rag.knowledge.KnowledgeBase;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.profile.Asker;
import io.arketic.schema.search.Expansion;
import io.arketic.schema.search.SearchFilter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds a question, its asker and its knowledge bases.
 *
 * @param filter what of the knowledge bases is searched
 * @param expansion what of the document the answer is made from beside each passage
 * @param earlier turns of the conversation, the oldest first
 * @param instructions of the chat's owner to the language model; null for none
 * @param form how a language model writes the answer; null for plain text
 * @param model that answers; null takes the deployment's
 * @param asker what the user wants of the answer
 */
public record Question(
        Membership membership,
        List<KnowledgeBase> knowledgeBases,
        SearchFilter filter,
        Expansion expansion,
        String text,
        List<Turn> earlier,
        @Nullable String instructions,
        @Nullable String form,
        @Nullable String model,
        double temperature,
        Asker asker) {

    /**
     * Holds an earlier message.
     *
     * @param speaker the author, if several users wrote; otherwise null
     */
    public record Turn(
            boolean fromUser, String text, @Nullable String speaker) {

        /** Creates a message of a conversation with one user. */
        public Turn(boolean fromUser, String text) {
            this(fromUser, text, null);
        }

        /** Returns the text for a language model. */
        String said() {
            return speaker == null ? text : speaker + ": " + text;
        }
    }

    public Question {
        knowledgeBases = List.copyOf(knowledgeBases);
        earlier = List.copyOf(earlier);
    }
}
