package io.arketic.rag.chat;

import io.arketic.rag.answer.Answer;
import io.arketic.rag.answer.AnswerOutcome;
import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.idempotency.LastTry;
import io.arketic.rag.organization.AiAllowance;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.tenancy.TenantContext;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Stores answers in the table {@code chat_messages}, also those that broke off. */
@Component
class AnswerMessages {

    /** @param late where the question had ended otherwise: its tokens are charged nevertheless */
    private record Stored(Optional<ChatMessage> message, boolean late) {}

    private final Transactions transactions;
    private final Identifiers identifiers;
    private final AiAllowance allowance;

    AnswerMessages(Transactions transactions, Identifiers identifiers, AiAllowance allowance) {
        this.transactions = transactions;
        this.identifiers = identifiers;
        this.allowance = allowance;
    }

    /** Returns the identifier of a new answer; storing it under the same one again has no effect. */
    UUID id() {
        return identifiers.next();
    }

    /**
     * Stores an answer with its citations in one commit; the database counts both. It is empty, and has no effect, if
     * the asker no longer takes part. If an earlier try has stored it, it returns that.
     *
     * @throws ProblemException when the question has ended otherwise meanwhile; its tokens are charged then, too
     */
    Optional<ChatMessage> add(OpenQuestion question, UUID id, Answer answer, Duration took) {
        Stored stored = transactions.run(
                question.access().membership().context(), sql -> stored(sql, question, id, answer, took));
        if (stored.late()) {
            throw new ProblemException(ProblemReason.ANSWER_LOST, "The answer came after its question had ended.");
        }
        return stored.message();
    }

    private Stored stored(JdbcClient sql, OpenQuestion question, UUID id, Answer answer, Duration took) {
        ChatAccess access = question.access();
        if (!locked(sql, access) || !Participants.takesPart(sql, access)) {
            return new Stored(Optional.empty(), false);
        }
        boolean closed = OpenQuestions.close(sql, question);
        Optional<ChatMessage> before = closed ? Optional.empty() : MessageRows.find(sql, id);
        if (before.isPresent()) {
            return new Stored(before, false);
        }
        allowance.settle(sql, question.id(), new AnswerOutcome.Complete(answer).spentBy(), answer.usage());
        if (!closed) {
            return new Stored(Optional.empty(), true);
        }
        sql.sql("""
                            INSERT INTO chat_messages (
                                id, organization_id, chat_id, reply_to_id, message_type, content, ai_model_used, tokens_used,
                                processing_time_ms, ai_confidence_score)
                            VALUES (
                                :id, :organization, :chat, :question, 'ai', :content, left(:model, 50), :tokens, :took,
                                :confidence)""")
                .param("id", id)
                .param("organization", access.membership().organizationId())
                .param("chat", access.chat().id())
                .param("question", question.messageId())
                .param("content", answer.content())
                .param("model", answer.model())
                .param("tokens", answer.tokens())
                .param("took", Math.toIntExact(took.toMillis()))
                .param("confidence", answer.confidence())
                .update();
        MessageRows.cite(sql, access, id, answer.citations());
        return new Stored(Optional.of(MessageRows.one(sql, id)), false);
    }

    /**
     * Stores a partial answer with its failure for every reader of the chat, and charges its tokens. It acts in the
     * organization's name, because the asker may have lost the chat. In a deleted chat it stores no message and returns
     * the request, unless {@code heard}: what was read of an answer is always charged.
     *
     * @param id of the failure; storing it under the same one again has no effect
     * @param heard whether a part of the answer was sent
     * @param last the last try, of which in a deleted chat nothing else tells whether it succeeded
     */
    void addFailure(
            OpenQuestion question, UUID id, AnswerOutcome.Broken broken, Duration took, boolean heard, LastTry last) {
        ChatAccess access = question.access();
        TenantContext organization =
                TenantContext.ofOrganization(access.membership().organizationId());
        transactions.execute(organization, sql -> {
            boolean kept = locked(sql, access);
            if (!last.isToBeDone(sql)) {
                return;
            }
            if (!kept && !heard) {
                allowance.cancel(sql, question.id());
                return;
            }
            boolean closed = kept && OpenQuestions.close(sql, question);
            if (kept && !closed && MessageRows.find(sql, id).isPresent()) {
                return;
            }
            allowance.settle(sql, question.id(), broken.spentBy(), broken.usage());
            if (!closed) {
                return;
            }
            sql.sql("""
                            INSERT INTO chat_messages (
                                id, organization_id, chat_id, reply_to_id, message_type, content, ai_model_used, tokens_used,
                                processing_time_ms, status, failure_reason)
                            VALUES (
                                :id, :organization, :chat, :question, 'ai', :content, left(:model, 50), :tokens, :took,
                                'failed', :reason)""")
                    .param("id", id)
                    .param("organization", access.membership().organizationId())
                    .param("chat", access.chat().id())
                    .param("question", question.messageId())
                    .param("content", broken.content())
                    .param("model", broken.model())
                    .param("tokens", broken.usage().total())
                    .param("took", Math.toIntExact(took.toMillis()))
                    .param("reason", broken.problem().reason().label())
                    .update();
        });
    }

    /**
     * Locks the organization's row and then the chat's, like questions; the other order would cause deadlocks. It
     * returns false if the chat no longer exists for the transaction's user.
     */
    private static boolean locked(JdbcClient sql, ChatAccess access) {
        sql.sql("SELECT id FROM organizations WHERE id = :organization FOR NO KEY UPDATE")
                .param("organization", access.membership().organizationId())
                .query(UUID.class)
                .list();
        return !sql.sql("SELECT id FROM chats WHERE id = :chat FOR NO KEY UPDATE")
                .param("chat", access.chat().id())
                .query(UUID.class)
                .list()
                .isEmpty();
    }
}
