package io.arketic.rag.generation;

import io.arketic.rag.knowledge.KnowledgeAccess;
import java.util.List;

/** What people have asked, for those who compare generations with it. Kept by the chats. */
public interface QuestionHistory {

    /** Different questions of chats about the knowledge base that the member may see; the newest first. */
    List<String> questions(KnowledgeAccess access, int atMost);
}
