package io.arketic.rag.execution;

import io.arketic.rag.approval.ApprovalDecisions;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.run.ExecutionRow;
import io.arketic.rag.run.ExecutionRows;
import io.arketic.rag.run.ExecutionTasks;
import io.arketic.rag.run.NewRun;
import io.arketic.rag.run.RunEnd;
import io.arketic.rag.run.RunStarter;
import io.arketic.rag.run.StepRun;
import io.arketic.rag.workflow.Workflow;
import io.arketic.rag.workflow.WorkflowAccess;
import io.arketic.rag.workflow.WorkflowTasks;
import io.arketic.schema.tenancy.TenantContext;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The table {@code workflow_executions}, as its readers reach it, and the users that steer runs. */
@Component
class Executions {

    private static final String FIND = "SELECT e.* FROM workflow_executions e WHERE e.id = ?";

    private final Transactions transactions;
    private final Memberships memberships;
    private final RunStarter starter;
    private final Reruns reruns;
    private final RunEnd ending;
    private final ApprovalDecisions decisions;
    private final ExecutionRows rows;

    Executions(
            Transactions transactions,
            Memberships memberships,
            RunStarter starter,
            Reruns reruns,
            RunEnd ending,
            ApprovalDecisions decisions,
            ExecutionRows rows) {
        this.transactions = transactions;
        this.memberships = memberships;
        this.starter = starter;
        this.reruns = reruns;
        this.ending = ending;
        this.decisions = decisions;
        this.rows = rows;
    }

    /** That of another tenant is not found. */
    ExecutionAccess require(Caller caller, UUID id) {
        return memberships.locate(caller, "execution", id, FIND, this::execution, ExecutionAccess::new);
    }

    /** Runs the active version, of a draft the newest, with the rights of the caller. */
    Execution start(WorkflowAccess access, Map<String, Object> input) {
        Workflow workflow = access.workflow();
        if (!workflow.status().equals(Workflow.ACTIVE) && !workflow.status().equals("draft")) {
            throw new ProblemException(ProblemReason.CONFLICT, "The workflow is " + workflow.status() + ".");
        }
        String version = workflow.activeVersion() == null ? workflow.version() : workflow.activeVersion();
        UUID caller = access.membership().userId();
        return transactions.run(access.membership().context(), sql -> {
            UUID id = starter.start(
                    sql, new NewRun(workflow.id(), version, caller, caller, input, Map.of("type", "manual"), null, 0));
            return one(sql, id);
        });
    }

    /** The newest first. */
    List<ExecutionAccess> list(WorkflowAccess access, @Nullable String status, Cursor cursor, int limit) {
        return transactions.run(
                access.membership().context(),
                sql -> sql
                        .sql("""
                        SELECT e.* FROM workflow_executions e
                        WHERE e.workflow_id = :workflow AND e.id < :after
                          AND (CAST(:status AS execution_status) IS NULL OR e.status = CAST(:status AS execution_status))
                        ORDER BY e.id DESC LIMIT :limit""")
                        .param("workflow", access.workflow().id())
                        .param("after", cursor.after())
                        .param("status", status)
                        .param("limit", limit)
                        .query(this::execution)
                        .list()
                        .stream()
                        .map(each -> new ExecutionAccess(access.membership(), each))
                        .toList());
    }

    /** In the order in which they began. */
    List<ExecutionStep> steps(ExecutionAccess access) {
        boolean shown = access.showsData();
        return transactions.run(
                access.membership().context(),
                sql -> sql.sql("""
                        SELECT * FROM workflow_step_runs WHERE execution_id = :execution ORDER BY id LIMIT 3000""")
                        .param("execution", access.whole().id())
                        .query((row, number) -> step(row, shown))
                        .list());
    }

    Execution cancel(ExecutionAccess access) {
        return steer(access, (sql, locked) -> ending.end(sql, locked, "cancelled", null, "A member cancelled it"));
    }

    /** No step begins until it is resumed. What is under way ends. */
    Execution pause(ExecutionAccess access) {
        return steer(
                access, (sql, locked) -> sql.sql("""
                        UPDATE workflow_executions SET paused_at = coalesce(paused_at, now()) WHERE id = :id""").param("id", locked.id()).update());
    }

    Execution resume(ExecutionAccess access) {
        return steer(access, (sql, locked) -> {
            if (!locked.paused()) {
                return;
            }
            sql.sql("UPDATE workflow_executions SET paused_at = NULL WHERE id = :id")
                    .param("id", locked.id())
                    .update();
            WorkflowTasks.schedule(sql, ExecutionTasks.RUN, locked.id(), Instant.now());
            rows.steps(sql, locked.id()).stream()
                    .filter(run -> run.is("scheduled") || run.is("waiting"))
                    .forEach(run -> {
                        Instant now = Instant.now();
                        Instant due = run.wakeAt() != null && run.wakeAt().isAfter(now) ? run.wakeAt() : now;
                        WorkflowTasks.schedule(sql, ExecutionTasks.STEP, run.id(), due);
                    });
        });
    }

    /** Another run of the same version, which keeps what was done before the step, with the rights of the caller. */
    Execution rerun(ExecutionAccess access, String from) {
        Membership membership = access.membership();
        if (!access.showsData()) {
            throw new ProblemException(
                    ProblemReason.FORBIDDEN, "The results that it would keep are not shown to you; start another run.");
        }
        return transactions.run(
                membership.context(),
                sql -> one(sql, reruns.begin(sql, membership, access.whole().id(), from)));
    }

    Execution decide(ExecutionAccess access, String key, String decision, @Nullable String comment) {
        return steer(
                access, (sql, locked) -> decisions.decide(sql, locked, key, access.membership(), decision, comment));
    }

    /** Says of a step that ended {@code unknown} whether it was done, or that it is to be done again. */
    Execution resolve(ExecutionAccess access, String key, String outcome, Map<String, Object> output) {
        return steer(access, (sql, locked) -> {
            List<StepRun> unknown = rows.steps(sql, locked.id()).stream()
                    .filter(one -> one.is("unknown")
                            && (one.key().equals(key) || one.id().toString().equals(key)))
                    .toList();
            if (unknown.size() != 1) {
                throw new ProblemException(
                        ProblemReason.CONFLICT,
                        unknown.isEmpty()
                                ? "The step is not unknown."
                                : "Several runs of the step are unknown: name one by its own id.");
            }
            StepRun run = unknown.get(0);
            switch (outcome) {
                case "done" -> rows.complete(sql, run, output);
                case "not_done" -> rows.fail(sql, run, "failed", "unknown", "A member said that it was not done", null);
                default -> {
                    rows.fail(sql, run, "scheduled", "unknown", "A member had it done again", null);
                    WorkflowTasks.schedule(sql, ExecutionTasks.STEP, run.id(), Instant.now());
                }
            }
            if (run.purpose().equals(StepRun.ITEM)) {
                rows.step(sql, locked.id(), run.key())
                        .ifPresent(
                                parent -> WorkflowTasks.schedule(sql, ExecutionTasks.STEP, parent.id(), Instant.now()));
            }
            WorkflowTasks.schedule(sql, ExecutionTasks.RUN, locked.id(), Instant.now());
        });
    }

    private interface Steering {
        void run(JdbcClient sql, ExecutionRow locked);
    }

    private Execution steer(ExecutionAccess access, Steering steering) {
        Membership membership = access.membership();
        return transactions.run(TenantContext.of(membership.organizationId(), membership.userId()), sql -> {
            ExecutionRow locked =
                    rows.lock(sql, access.whole().id()).orElseThrow(() -> ProblemException.notFound("execution"));
            if (locked.ended()) {
                throw new ProblemException(ProblemReason.CONFLICT, "The run has ended.");
            }
            steering.run(sql, locked);
            return new ExecutionAccess(membership, one(sql, locked.id())).execution();
        });
    }

    private Execution one(JdbcClient sql, UUID id) {
        return sql.sql(FIND).param(id).query(this::execution).single();
    }

    private ExecutionStep step(ResultSet row, boolean shown) throws SQLException {
        boolean waits = "waiting".equals(row.getString("status"));
        return new ExecutionStep(
                row.getObject("id", UUID.class),
                row.getString("step"),
                row.getString("purpose"),
                row.getInt("position"),
                row.getString("status"),
                row.getInt("attempts"),
                row.getObject("effect_id", UUID.class),
                shown ? rows.object(row, "input") : null,
                shown ? rows.object(row, "output") : null,
                waits && (shown || !StepRun.ITEM.equals(row.getString("purpose"))) ? rows.object(row, "state") : null,
                row.getString("error_kind"),
                row.getString("error_message"),
                ExecutionRows.instant(row, "wake_at"),
                ExecutionRows.instant(row, "started_at"),
                ExecutionRows.instant(row, "completed_at"));
    }

    private Execution execution(ResultSet row, int number) throws SQLException {
        return new Execution(
                row.getObject("id", UUID.class),
                row.getObject("organization_id", UUID.class),
                row.getObject("workflow_id", UUID.class),
                row.getInt("execution_number"),
                String.valueOf(row.getString("version")),
                row.getString("status"),
                row.getObject("paused_at") != null,
                row.getObject("triggered_by_id", UUID.class),
                row.getObject("acting_user_id", UUID.class),
                rows.object(row, "input_data"),
                rows.object(row, "output_data"),
                rows.object(row, "trigger_data"),
                row.getObject("current_step_id", UUID.class),
                row.getInt("completed_steps"),
                row.getInt("total_steps"),
                row.getObject("rerun_of_id", UUID.class),
                ExecutionRows.instant(row, "started_at"),
                ExecutionRows.instant(row, "completed_at"),
                row.getObject("duration_seconds") == null ? null : row.getDouble("duration_seconds"),
                row.getString("error_message"),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }
}
