package io.arketic.rag.run;

import io.arketic.rag.attendance.Cancellation;
import io.arketic.rag.bulkhead.Bulkhead.Place;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.run.RunningCalls.Running;
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

    /** After so long a run without room looks by itself. Before, it is promoted by a run that ends or waits. */
    private static final int ROOM_SECONDS = 60;

    /** @param callsOut as its next attempt will, unless it has ended meanwhile */
    private record Due(ExecutionRow execution, boolean callsOut) {}

    /** A call that is about to go out, stored as {@code running}. */
    private record Outgoing(OutsideStep type, StepCall call, StepRun run, String name) {}

    private final Transactions transactions;
    private final Memberships memberships;
    private final ExecutionRows rows;
    private final RunProgress progress;
    private final AttemptOutcomes outcomes;
    private final RunEnd ending;
    private final RunTransactions runs;
    private final StepActions actions;
    private final StepTypes types;
    private final StepMeasures measures;
    private final CallShares shares;
    private final RunningCalls calls;

    StepRunner(
            Transactions transactions,
            Memberships memberships,
            ExecutionRows rows,
            RunProgress progress,
            AttemptOutcomes outcomes,
            RunEnd ending,
            RunTransactions runs,
            StepActions actions,
            StepTypes types,
            StepMeasures measures,
            CallShares shares,
            RunningCalls calls) {
        this.transactions = transactions;
        this.memberships = memberships;
        this.rows = rows;
        this.progress = progress;
        this.outcomes = outcomes;
        this.ending = ending;
        this.runs = runs;
        this.actions = actions;
        this.types = types;
        this.measures = measures;
        this.shares = shares;
        this.calls = calls;
    }

    /** @return when to look again; empty when that was all */
    Optional<Instant> run(UUID organization, UUID execution) {
        return transactions
                .run(TenantContext.ofOrganization(organization), sql -> rows.find(sql, execution))
                .flatMap(found -> runs.within(found, (sql, locked, membership) -> {
                    if (locked.status().equals("pending")) {
                        if (!runs.admitted(sql, organization)) {
                            return Optional.of(Instant.now().plusSeconds(ROOM_SECONDS));
                        }
                        Definition definition = progress.definition(sql, locked);
                        Instant deadline = Instant.now().plus(definition.maxExecutionTime());
                        rows.begin(sql, execution, deadline);
                        WorkflowTasks.schedule(sql, ExecutionTasks.DEADLINE, execution, deadline);
                    } else {
                        RunEnd.promote(sql);
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

    /** Ends a run that ended each process that went on with it. */
    void abandon(UUID organization, UUID execution) {
        runs.fail(organization, execution, "Several processes ended while they went on with it");
    }

    void abandonStep(UUID organization, UUID stepRun) {
        transactions
                .run(TenantContext.ofOrganization(organization), sql -> rows.step(sql, stepRun))
                .ifPresent(run -> abandon(organization, run.executionId()));
    }

    /**
     * @param task that asks; asked again by the same one, an attempt that it began has broken off
     * @return when to look again; empty when that was all
     */
    Optional<Instant> step(UUID organization, UUID stepRun, String task) {
        Due due = transactions
                .run(TenantContext.ofOrganization(organization), sql -> due(sql, stepRun, task))
                .orElse(null);
        if (due == null) {
            return Optional.empty();
        }
        ExecutionRow execution = due.execution();
        if (execution.paused() && calledOut(organization, stepRun)) {
            return Optional.of(Instant.now().plusSeconds(5));
        }
        if (!due.callsOut()) {
            // It calls out nevertheless where another task left it meanwhile.
            begin(execution, stepRun, task).ifPresent(outgoing -> callOut(execution, outgoing, new Cancellation()));
            return Optional.empty();
        }
        Place place = shares.enter(organization).orElse(null);
        if (place == null) {
            return Optional.of(shares.later(organization));
        }
        try (place;
                Running call = calls.begin(execution)) {
            begin(execution, stepRun, task).ifPresent(outgoing -> callOut(execution, outgoing, call.cancellation()));
        }
        return Optional.empty();
    }

    private Optional<Due> due(JdbcClient sql, UUID stepRun, String task) {
        return rows.step(sql, stepRun)
                .flatMap(run -> rows.find(sql, run.executionId())
                        .map(execution ->
                                new Due(execution, !execution.ended() && callsOut(sql, execution, run, task))));
    }

    private boolean callsOut(JdbcClient sql, ExecutionRow execution, StepRun run, String task) {
        Action action = progress.action(progress.definition(sql, execution), run);
        return !run.ended()
                && !run.isBegunByAnother(task)
                && types.find(action.type()).orElse(null) instanceof OutsideStep;
    }

    private Optional<Outgoing> begin(ExecutionRow execution, UUID stepRun, String task) {
        try {
            return runs.within(execution, (sql, locked, membership) -> begin(sql, locked, membership, stepRun, task));
        } catch (RuntimeException failure) {
            if (Transactions.isTransient(failure)) {
                throw failure;
            }
            record(execution, stepRun, null, StepActions.failed(failure), null);
            return Optional.empty();
        }
    }

    private boolean calledOut(UUID organization, UUID stepRun) {
        return transactions.run(
                TenantContext.ofOrganization(organization),
                sql -> rows.step(sql, stepRun).filter(run -> run.is("running")).isPresent());
    }

    private void callOut(ExecutionRow execution, Outgoing outgoing, Cancellation cancellation) {
        Instant began = Instant.now();
        StepOutcome outcome;
        try {
            outcome = outgoing.type().run(outgoing.call(), cancellation);
        } catch (RuntimeException failure) {
            outcome = StepActions.failed(failure);
        }
        Duration took = Duration.between(began, Instant.now());
        measures.attempt(outgoing.name(), outcome, took, execution, outgoing.run());
        record(execution, outgoing.run().id(), outgoing.run().attempts(), outcome, outgoing);
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
        if (run.isBegunByAnother(task)) {
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
        Instant began = Instant.now();
        StepOutcome outcome = type instanceof OwnStep own ? own.run(sql, call) : ((InlineStep) type).run(call);
        measures.attempt(action.type(), outcome, Duration.between(began, Instant.now()), execution, begun);
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
            if (outgoing != null) {
                // It was spent, also where nothing waits for the outcome any longer.
                outgoing.type().settle(sql, outgoing.call(), outcome);
            }
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
            StepRun counted = attempt == null ? rows.begin(sql, run, null, null) : run;
            Definition definition = progress.definition(sql, locked);
            if (attempt == null) {
                measures.attempt(progress.action(definition, counted).type(), outcome, Duration.ZERO, locked, counted);
            }
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
