package io.arketic.rag.generation;

import io.arketic.rag.knowledge.KnowledgeAccess;
import java.util.List;

/** Returns the questions of users, for the comparison of generations. The chats implement it. */
public interface QuestionHistory {

    /** Returns different questions about the knowledge base from chats that the member may see; the newest first. */
    List<String> questions(KnowledgeAccess access, int atMost);
}
