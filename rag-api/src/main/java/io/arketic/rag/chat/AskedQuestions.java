package io.arketic.rag.chat;

import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.generation.QuestionHistory;
import io.arketic.rag.knowledge.KnowledgeAccess;
import java.util.List;
import org.springframework.stereotype.Component;

/** Reads the questions of the chats that a member may read. */
@Component
class AskedQuestions implements QuestionHistory {

    private static final int LONGEST = 4000;

    private final Transactions transactions;

    AskedQuestions(Transactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public List<String> questions(KnowledgeAccess access, int atMost) {
        return transactions.run(
                access.membership().context(),
                sql -> sql.sql("""
                        SELECT m.content FROM chat_messages m
                        JOIN chat_knowledge_bases b ON b.chat_id = m.chat_id
                        WHERE b.knowledge_base_id = :base AND m.message_type = 'user' AND NOT m.is_deleted
                          AND length(m.content) <= :longest
                        GROUP BY m.content ORDER BY max(m.created_at) DESC LIMIT :most""")
                        .param("base", access.knowledgeBase().id())
                        .param("longest", LONGEST)
                        .param("most", atMost)
                        .query(String.class)
                        .list());
    }
}
