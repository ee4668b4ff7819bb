package io.arketic.rag.publication;

import io.arketic.rag.answer.Answer;
import io.arketic.rag.answer.AnswerListener;
import io.arketic.rag.answer.AnswerOutcome;
import io.arketic.rag.answer.Answers;
import io.arketic.rag.answer.Question;
import io.arketic.rag.attendance.Cancellation;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.knowledge.KnowledgeAccess;
import io.arketic.rag.organization.AiAllowance;
import io.arketic.rag.organization.AiWork;
import io.arketic.rag.profile.Asker;
import io.arketic.schema.search.ChunkHit;
import io.arketic.schema.search.Expansion;
import io.arketic.schema.search.SearchFilter;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Answers questions to public knowledge bases at the cost of their organization. Nothing of them is stored. */
@Component
class PublicAnswers {

    private static final double TEMPERATURE = 0.2;

    private static final AnswerListener NO_LISTENER = new AnswerListener() {
        @Override
        public void retrieved(List<ChunkHit> hits) {}

        @Override
        public void text(String piece) {}
    };

    private final Answers answers;
    private final AiAllowance allowance;
    private final Transactions transactions;

    PublicAnswers(Answers answers, AiAllowance allowance, Transactions transactions) {
        this.answers = answers;
        this.allowance = allowance;
        this.transactions = transactions;
    }

    /** Charges one request, and the tokens whether the answer is complete or not. */
    Answer answer(KnowledgeAccess access, String text, Cancellation cancellation) {
        Question question = new Question(
                access.membership(),
                List.of(access.knowledgeBase()),
                SearchFilter.NONE,
                Expansion.NONE,
                text,
                List.of(),
                null,
                null,
                allowance.model(access.membership(), null),
                TEMPERATURE,
                Asker.PROGRAM);
        AiWork work = answers.work(UUID.randomUUID(), question);
        allowance.charged(access.membership(), work, sql -> true);
        AnswerOutcome outcome = answers.answer(question, NO_LISTENER, cancellation, ended -> {
            transactions.execute(
                    access.membership().context(),
                    sql -> allowance.settle(sql, work.id(), ended.spentBy(), ended.usage()));
            return ended;
        });
        if (outcome instanceof AnswerOutcome.Broken broken) {
            throw broken.problem();
        }
        return ((AnswerOutcome.Complete) outcome).answer();
    }
}
