package io.arketic.rag.letter;

import io.arketic.rag.caller.SecretToken;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.workflow.WorkflowTasks;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Accesses the table {@code workflow_letters}. */
@Component
public class Letters {

    /** Limits the members that one step writes to. */
    public static final int MOST_RECEIVERS = 100;

    private static final int LONGEST_SUBJECT = 200;

    /**
     * Names the step that asked, and the member that was asked.
     *
     * @param userId of the member
     */
    public record Question(UUID organizationId, UUID executionId, String step, UUID userId) {}

    private final Transactions transactions;

    Letters(Transactions transactions) {
        this.transactions = transactions;
    }

    /** Stores a letter and schedules its delivery, in the transaction that sends it. */
    public UUID send(JdbcClient sql, Letter letter) {
        String subject = letter.subject();
        UUID id = sql.sql("""
                        INSERT INTO workflow_letters (
                            execution_id, step, user_id, subject, content, asks, asks_until)
                        VALUES (:execution, :step, :user, :subject, :content, CAST(:until AS text) IS NOT NULL, CAST(:until AS timestamptz))
                        RETURNING id""")
                .param("execution", letter.executionId())
                .param("step", letter.step())
                .param("user", letter.userId())
                .param("subject", subject.substring(0, Math.min(LONGEST_SUBJECT, subject.length())))
                .param("content", letter.content().replace("\0", ""))
                .param(
                        "until",
                        letter.asksUntil() == null ? null : letter.asksUntil().toString())
                .query(UUID.class)
                .single();
        WorkflowTasks.schedule(sql, WorkflowTasks.LETTER, id, Instant.now());
        return id;
    }

    /** Returns what the link of a delivered letter asks; empty for an unknown token, and after the end of the question. */
    public Optional<Question> question(String token) {
        return transactions.single(sql -> sql.sql("SELECT * FROM open_workflow_question(:hash)")
                .param("hash", new SecretToken(token).hash())
                .query((row, number) -> new Question(
                        row.getObject("organization_id", UUID.class),
                        row.getObject("execution_id", UUID.class),
                        row.getString("step"),
                        row.getObject("user_id", UUID.class)))
                .optional());
    }
}
