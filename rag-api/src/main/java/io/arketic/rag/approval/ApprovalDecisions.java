package io.arketic.rag.approval;

import io.arketic.rag.organization.Membership;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.run.ExecutionRow;
import io.arketic.rag.run.ExecutionRows;
import io.arketic.rag.run.ExecutionTasks;
import io.arketic.rag.run.StepRun;
import io.arketic.rag.workflow.StepCall;
import io.arketic.rag.workflow.WorkflowTasks;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The table {@code workflow_decisions}. The first decision of a member counts, whether by a request, a link or a reply. */
@Component
public class ApprovalDecisions {

    private static final int LONGEST_COMMENT = 2000;
    private static final Map<String, String> WORDS =
            Map.of("approve", "approve", "approved", "approve", "reject", "reject", "rejected", "reject");

    private final ExecutionRows rows;
    private final Memberships memberships;

    ApprovalDecisions(ExecutionRows rows, Memberships memberships) {
        this.rows = rows;
        this.memberships = memberships;
    }

    /** Finds a step that waits for decisions. */
    StepRun waiting(JdbcClient sql, ExecutionRow run, String key) {
        return rows.step(sql, run.id(), key)
                .filter(one ->
                        one.is("waiting") && one.state() != null && one.state().containsKey(ApprovalStep.FOUR_EYES))
                .orElseThrow(
                        () -> new ProblemException(ProblemReason.CONFLICT, "The step does not wait for a decision."));
    }

    /** Stores a member's decision and wakes the step. The caller holds the lock of the run's row. */
    public void decide(
            JdbcClient sql,
            ExecutionRow run,
            String key,
            Membership membership,
            String decision,
            @Nullable String comment) {
        StepRun step = waiting(sql, run, key);
        Map<String, Object> state = step.state() == null ? Map.of() : step.state();
        if (!ApprovalStep.mayDecide(state, membership, run.actingUserId())) {
            throw new ProblemException(ProblemReason.FORBIDDEN, "The step asks others.");
        }
        if (!add(sql, run.id(), key, membership.userId(), decision, comment)) {
            throw new ProblemException(ProblemReason.CONFLICT, "You have decided already.");
        }
        WorkflowTasks.schedule(sql, ExecutionTasks.STEP, step.id(), Instant.now());
    }

    /** Counts a reply to the question in a chat, if it says approve or reject and its sender may decide. */
    void reply(JdbcClient sql, StepCall call, Map<String, Object> state, Map<?, ?> message) {
        String text = String.valueOf(message.get("content")).strip();
        int end = 0;
        while (end < text.length() && Character.isLetter(text.charAt(end))) {
            end++;
        }
        String decision = WORDS.get(text.substring(0, end).toLowerCase(Locale.ROOT));
        if (decision == null || message.get("sender_id") == null) {
            return;
        }
        int from = end;
        while (from < text.length() && !Character.isLetterOrDigit(text.charAt(from))) {
            from++;
        }
        String comment = from == text.length() ? null : text.substring(from);
        UUID organization = call.membership().organizationId();
        UUID sender = UUID.fromString(String.valueOf(message.get("sender_id")));
        memberships
                .find(sql, organization, sender)
                .filter(member -> Permission.WORKFLOW_DECIDE.allows(member.role()))
                .filter(member ->
                        ApprovalStep.mayDecide(state, member, call.membership().userId()))
                .ifPresent(member -> add(sql, call.executionId(), call.step(), sender, decision, comment));
    }

    private static boolean add(
            JdbcClient sql, UUID execution, String key, UUID member, String decision, @Nullable String comment) {
        return sql.sql("""
                        INSERT INTO workflow_decisions (execution_id, step, user_id, decision, comment)
                        VALUES (:execution, :key, :user, :decision, left(:comment, :longest)) ON CONFLICT DO NOTHING""")
                        .param("execution", execution)
                        .param("key", key)
                        .param("user", member)
                        .param("decision", decision)
                        .param("comment", comment)
                        .param("longest", LONGEST_COMMENT)
                        .update()
                == 1;
    }
}
