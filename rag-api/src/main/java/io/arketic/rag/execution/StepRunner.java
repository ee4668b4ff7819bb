package io.arketic.rag.execution;

import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.workflow.Definition;
import io.arketic.rag.workflow.Definition.Action;
import io.arketic.rag.workflow.Definition.Step;
import io.arketic.rag.workflow.Definition.UnknownPolicy;
import io.arketic.rag.workflow.FailureKind;
import io.arketic.rag.workflow.InlineStep;
import io.arketic.rag.workflow.OutsideStep;
import io.arketic.rag.workflow.OwnStep;
import io.arketic.rag.workflow.StepCall;
import io.arketic.rag.workflow.StepOutcome;
import io.arketic.rag.workflow.StepOutcome.Completed;
import io.arketic.rag.workflow.StepOutcome.Failed;
import io.arketic.rag.workflow.StepType;
import io.arketic.rag.workflow.StepTypes;
import io.arketic.rag.workflow.WorkflowTasks;
import io.arketic.schema.tenancy.TenantContext;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Does what is due for a run or one of its steps. It may be called any number of times for the same thing, by any process: what
 * is done is found done. No transaction is open while a step reaches beyond the database.
 */
@Component
class StepRunner {

    /** A call that is about to go out, stored as {@code running}. */
    private record Outgoing(OutsideStep type, StepCall call, StepRun run, String name) {}

    private final Transactions transactions;
    private final Memberships memberships;
    private final ExecutionRows rows;
    private final RunProgress progress;
    private final AttemptOutcomes outcomes;
    private final RunEnd ending;
    private final StepActions actions;
    private final StepTypes types;
    private final RunLimits limits;
    private final MeterRegistry metrics;

    StepRunner(
            Transactions transactions,
            Memberships memberships,
            ExecutionRows rows,
            RunProgress progress,
            AttemptOutcomes outcomes,
            RunEnd ending,
            StepActions actions,
            StepTypes types,
            RunLimits limits,
            MeterRegistry metrics) {
        this.transactions = transactions;
        this.memberships = memberships;
        this.rows = rows;
        this.progress = progress;
        this.outcomes = outcomes;
        this.ending = ending;
        this.actions = actions;
        this.types = types;
        this.limits = limits;
        this.metrics = metrics;
    }

    /** @return when to look again; empty when that was all */
    Optional<Instant> run(UUID organization, UUID execution) {
        return transactions
                .run(TenantContext.ofOrganization(organization), sql -> rows.find(sql, execution))
                .flatMap(found -> within(found, (sql, locked, membership) -> {
                    if (locked.status().equals("pending")) {
                        if (!admitted(sql, organization)) {
                            return Optional.of(Instant.now().plusSeconds(15));
                        }
                        Definition definition = progress.definition(sql, locked);
                        Instant deadline = Instant.now().plus(definition.maxExecutionTime());
                        rows.begin(sql, execution, deadline);
                        WorkflowTasks.schedule(sql, ExecutionTasks.DEADLINE, execution, deadline);
                    }
                    progress.advance(sql, locked, membership);
                    return Optional.<Instant>empty();
                }));
    }

    void deadline(UUID organization, UUID execution) {
        transactions.execute(
                TenantContext.ofOrganization(organization),
                sql -> rows.lock(sql, execution)
                        .filter(locked -> !locked.ended())
                        .ifPresent(locked -> ending.end(
                                sql, locked, "timed_out", null, "The run took longer than its max_execution_seconds")));
    }

    /**
     * @param task that asks; asked again by the same one, an attempt that it began has broken off
     * @return when to look again; empty when that was all
     */
    Optional<Instant> step(UUID organization, UUID stepRun, String task) {
        Optional<ExecutionRow> found = transactions.run(
                TenantContext.ofOrganization(organization),
                sql -> rows.step(sql, stepRun).flatMap(run -> rows.find(sql, run.executionId())));
        if (found.filter(ExecutionRow::paused).isPresent() && calledOut(organization, stepRun)) {
            return Optional.of(Instant.now().plusSeconds(5));
        }
        found.flatMap(execution -> {
                    try {
                        return within(
                                execution, (sql, locked, membership) -> begin(sql, locked, membership, stepRun, task));
                    } catch (RuntimeException failure) {
                        if (Transactions.isTransient(failure)) {
                            throw failure;
                        }
                        record(execution, stepRun, null, StepActions.failed(failure), null);
                        return Optional.<Outgoing>empty();
                    }
                })
                .ifPresent(outgoing -> callOut(found.orElseThrow(), outgoing));
        return Optional.empty();
    }

    private boolean calledOut(UUID organization, UUID stepRun) {
        return transactions.run(
                TenantContext.ofOrganization(organization),
                sql -> rows.step(sql, stepRun).filter(run -> run.is("running")).isPresent());
    }

    private void callOut(ExecutionRow execution, Outgoing outgoing) {
        Instant began = Instant.now();
        StepOutcome outcome;
        try {
            outcome = outgoing.type().run(outgoing.call());
        } catch (RuntimeException failure) {
            outcome = StepActions.failed(failure);
        }
        metrics.timer(
                        "arketic.workflow.step",
                        "type",
                        outgoing.name(),
                        "outcome",
                        outcome.getClass().getSimpleName())
                .record(Duration.between(began, Instant.now()));
        record(execution, outgoing.run().id(), outgoing.run().attempts(), outcome, outgoing);
    }

    /** Runs with the lock of the run's row and the rights of its acting member. */
    private interface Work<T> {
        Optional<T> run(JdbcClient sql, ExecutionRow locked, Membership membership);
    }

    private <T> Optional<T> within(ExecutionRow found, Work<T> work) {
        UUID acting = found.actingUserId();
        if (acting == null) {
            fail(found, "The member with whose rights it runs is no longer there");
            return Optional.empty();
        }
        return transactions.run(TenantContext.of(found.organizationId(), acting), sql -> {
            ExecutionRow locked = rows.lock(sql, found.id()).orElse(null);
            if (locked == null || locked.ended() || locked.paused()) {
                return Optional.empty();
            }
            ownWork(sql, found.id());
            Optional<Membership> membership = memberships.find(sql, found.organizationId(), acting);
            String refusal = membership.isEmpty()
                    ? "The member with whose rights it runs has left, or the organization is suspended"
                    : RunStarter.switchedOff(sql) ? "The organization has switched workflows off" : null;
            if (refusal != null) {
                ending.end(sql, locked, "failed", null, refusal);
                return Optional.empty();
            }
            return work.run(sql, locked, membership.orElseThrow());
        });
    }

    /** Prevents the events of this transaction from starting workflows. */
    private static void ownWork(JdbcClient sql, UUID execution) {
        sql.sql("SELECT set_config('app.workflow_run', :id, true)")
                .param("id", execution.toString())
                .query(String.class)
                .single();
    }

    private void fail(ExecutionRow found, String message) {
        transactions.execute(
                TenantContext.ofOrganization(found.organizationId()),
                sql -> rows.lock(sql, found.id())
                        .filter(locked -> !locked.ended())
                        .ifPresent(locked -> ending.end(sql, locked, "failed", null, message)));
    }

    private boolean admitted(JdbcClient sql, UUID organization) {
        sql.sql("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
                .param("name", "workflow-runs/" + organization)
                .query((row, number) -> true)
                .list();
        return sql.sql("SELECT count(*) FROM workflow_executions WHERE status = 'running'")
                        .query(Integer.class)
                        .single()
                < limits.runs();
    }

    private Optional<Outgoing> begin(
            JdbcClient sql, ExecutionRow execution, Membership membership, UUID stepRun, String task) {
        StepRun run = rows.step(sql, stepRun).orElseThrow();
        Definition definition = progress.definition(sql, execution);
        Action action = progress.action(definition, run);
        Step step = definition.step(run.key()).orElseThrow();
        if (!run.is("scheduled") && !run.is("waiting") && !run.is("running")) {
            return Optional.empty();
        }
        if (run.is("scheduled")
                && run.wakeAt() != null
                && run.wakeAt().isAfter(Instant.now().plusMillis(500))) {
            return Optional.empty();
        }
        if (run.is("running") && run.task() != null && !run.task().equals(task)) {
            // Another task is at it, or will be given to another process where its own has died.
            return Optional.empty();
        }
        StepType type = types.require(action.type());
        StepCall call = actions.call(
                membership, run, action, progress.variables(sql, execution, definition, run), step.timeout());
        if (run.is("running")
                && type instanceof OutsideStep outside
                && !outside.repeatable(call)
                && step.onUnknown() != UnknownPolicy.RETRY) {
            // The process that made the call has ended before it could say how the call did.
            outcomes.apply(
                    sql,
                    execution,
                    definition,
                    run,
                    new StepOutcome.Unknown("Its process ended before it was known whether the call was done"));
            progress.advance(sql, execution, membership);
            return Optional.empty();
        }
        if (type instanceof OutsideStep outside) {
            outside.charge(sql, call);
            StepRun begun = rows.begin(sql, run, task, call.config());
            return Optional.of(new Outgoing(outside, call, begun, action.type()));
        }
        StepRun begun = run.is("waiting") ? run : rows.begin(sql, run, task, call.config());
        StepOutcome outcome = type instanceof OwnStep own ? own.run(sql, call) : ((InlineStep) type).run(call);
        outcomes.apply(sql, execution, definition, begun, outcome);
        progress.advance(sql, execution, membership);
        return Optional.empty();
    }

    /** @param attempt that the outcome is of; null for one that was rolled back */
    private void record(
            ExecutionRow execution,
            UUID stepRun,
            @Nullable Integer attempt,
            StepOutcome outcome,
            @Nullable Outgoing outgoing) {
        UUID acting = execution.actingUserId();
        TenantContext context = acting == null
                ? TenantContext.ofOrganization(execution.organizationId())
                : TenantContext.of(execution.organizationId(), acting);
        transactions.execute(context, sql -> {
            ExecutionRow locked = rows.lock(sql, execution.id()).orElse(null);
            StepRun run = rows.step(sql, stepRun).orElse(null);
            if (locked == null || run == null) {
                return;
            }
            // A process that was only thought dead says how its call did: that is then known.
            boolean awaited = attempt == null
                    ? !run.ended() && !run.is("unknown")
                    : run.attempts() == attempt && (run.is("running") || run.is("unknown"));
            if (!awaited) {
                return;
            }
            if (outgoing != null) {
                outgoing.type().settle(sql, outgoing.call(), outcome);
            }
            StepRun counted = attempt == null ? rows.begin(sql, run, null, null) : run;
            Definition definition = progress.definition(sql, locked);
            outcomes.apply(sql, locked, definition, counted, locked.ended() ? lastWord(outcome) : outcome);
            Optional<Membership> membership =
                    acting == null ? Optional.empty() : memberships.find(sql, execution.organizationId(), acting);
            if (locked.ended() || locked.paused()) {
                return;
            }
            if (membership.isEmpty()) {
                ending.end(sql, locked, "failed", null, "The member with whose rights it runs has left");
            } else {
                progress.advance(sql, locked, membership.get());
            }
        });
    }

    /** A run that has ended tries nothing again and waits for nothing. */
    private static StepOutcome lastWord(StepOutcome outcome) {
        return outcome instanceof Completed ? outcome : new Failed(FailureKind.REFUSED, "The run had ended");
    }
}
