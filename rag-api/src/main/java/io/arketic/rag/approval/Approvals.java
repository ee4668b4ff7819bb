package io.arketic.rag.approval;

import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.permission.Role;
import io.arketic.rag.run.ExecutionRows;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Finds the decisions that runs wait for, as {@link ApprovalStep#mayDecide} allows them. */
@Component
class Approvals {

    private final Transactions transactions;

    Approvals(Transactions transactions) {
        this.transactions = transactions;
    }

    /** Returns what the member may decide and has not decided, the newest first. */
    List<WaitingApproval> waiting(Membership membership, Cursor cursor, int limit) {
        List<String> roles = Arrays.stream(Role.values())
                .filter(membership.role()::isAtLeast)
                .map(Role::label)
                .toList();
        return transactions.run(
                membership.context(),
                sql -> sql.sql("""
                        SELECT r.id, e.workflow_id, w.name, e.id AS execution_id, e.execution_number, r.step,
                               r.state ->> 'message' AS message, e.acting_user_id, r.wake_at, r.started_at
                        FROM workflow_executions e
                        JOIN workflows w ON w.id = e.workflow_id
                        JOIN workflow_step_runs r ON r.execution_id = e.id
                        WHERE e.status IN ('running', 'waiting') AND r.id < :after
                          AND r.status = 'waiting' AND r.purpose = 'step' AND r.state ->> 'four_eyes' IS NOT NULL
                          AND NOT (r.state ->> 'four_eyes' = 'true' AND e.acting_user_id IS NOT DISTINCT FROM :user)
                          AND CASE WHEN jsonb_array_length(r.state -> 'users') > 0
                              THEN r.state -> 'users' @> to_jsonb(CAST(:user AS text))
                              ELSE r.state ->> 'role' IN (:roles) END
                          AND NOT EXISTS (
                              SELECT FROM workflow_decisions d
                              WHERE d.execution_id = e.id AND d.step = r.step AND d.user_id = :user)
                        ORDER BY r.id DESC LIMIT :limit""")
                        .param("after", cursor.after())
                        .param("user", membership.userId())
                        .param("roles", roles)
                        .param("limit", limit)
                        .query((row, number) -> new WaitingApproval(
                                row.getObject("id", UUID.class),
                                row.getObject("workflow_id", UUID.class),
                                String.valueOf(row.getString("name")),
                                row.getObject("execution_id", UUID.class),
                                row.getInt("execution_number"),
                                String.valueOf(row.getString("step")),
                                String.valueOf(row.getString("message")),
                                row.getObject("acting_user_id", UUID.class),
                                ExecutionRows.instant(row, "wake_at"),
                                ExecutionRows.instant(row, "started_at")))
                        .list());
    }
}
