package io.arketic.rag.execution;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.arketic.rag.expression.ExpressionException;
import io.arketic.rag.expression.Expressions;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.workflow.Definition;
import io.arketic.rag.workflow.Definition.Action;
import io.arketic.rag.workflow.Definition.Retry;
import io.arketic.rag.workflow.Definition.Step;
import io.arketic.rag.workflow.FailureKind;
import io.arketic.rag.workflow.InlineStep;
import io.arketic.rag.workflow.StepFailure;
import io.arketic.rag.workflow.StepOutcome;
import io.arketic.rag.workflow.StepOutcome.Completed;
import io.arketic.rag.workflow.StepOutcome.Failed;
import io.arketic.rag.workflow.StepOutcome.Unknown;
import io.arketic.rag.workflow.StepOutcome.Waiting;
import io.arketic.rag.workflow.StepTypes;
import io.arketic.rag.workflow.Workflows;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What follows from the state of a run. Each call is within a transaction that holds the lock of the run's row. Steps that
 * only compute are done here at once, so that a chain of them is one commit.
 */
@Component
class RunProgress {

    private static final int LARGEST_OUTPUT = 256 * 1024;
    private static final Duration LONGEST_BACKOFF = Duration.ofHours(1);
    private static final Set<String> OPEN = Set.of("pending", "scheduled", "running", "waiting", "unknown");

    private record Key(UUID workflow, String version) {}

    private final Cache<Key, Definition> definitions =
            Caffeine.newBuilder().maximumSize(1000).build();
    private final Workflows workflows;
    private final ExecutionRows rows;
    private final StepActions actions;
    private final StepTypes types;
    private final Expressions expressions;
    private final RunLimits limits;

    RunProgress(
            Workflows workflows,
            ExecutionRows rows,
            StepActions actions,
            StepTypes types,
            Expressions expressions,
            RunLimits limits) {
        this.workflows = workflows;
        this.rows = rows;
        this.actions = actions;
        this.types = types;
        this.expressions = expressions;
        this.limits = limits;
    }

    /** Versions never change, so it is read once. */
    Definition definition(JdbcClient sql, ExecutionRow execution) {
        Key key = new Key(execution.workflowId(), execution.version());
        Definition known = definitions.getIfPresent(key);
        if (known == null) {
            known = workflows.version(sql, execution.workflowId(), execution.version());
            definitions.put(key, known);
        }
        return known;
    }

    /** What a run of a step does. */
    Action action(Definition definition, StepRun run) {
        Step step = definition.step(run.key()).orElseThrow();
        return switch (run.purpose()) {
            case StepRun.COMPENSATION -> Objects.requireNonNull(step.compensation());
            case StepRun.ITEM -> ForEachStep.inner(step.action());
            default -> step.action();
        };
    }

    Map<String, @Nullable Object> variables(JdbcClient sql, ExecutionRow execution, Definition definition, StepRun run) {
        Step step = definition.step(run.key()).orElseThrow();
        List<StepRun> all = rows.steps(sql, execution.id());
        Set<String> visible = new HashSet<>(definition.upstream(step));
        if (run.purpose().equals(StepRun.COMPENSATION)) {
            all.forEach(one -> visible.add(one.key()));
        }
        Map<String, @Nullable Object> variables = RunVariables.of(execution, definition, all, visible);
        if (run.purpose().equals(StepRun.ITEM)) {
            variables.put("item", run.state() == null ? null : run.state().get("item"));
            variables.put("index", run.position());
        }
        return variables;
    }

    /** Stores how an attempt ended, and when the step is next looked at. */
    void apply(JdbcClient sql, ExecutionRow execution, Definition definition, StepRun run, StepOutcome outcome) {
        Step step = definition.step(run.key()).orElseThrow();
        if (outcome instanceof Unknown unknown) {
            switch (step.onUnknown()) {
                case WAIT -> rows.fail(sql, run, "unknown", "unknown", unknown.message(), null);
                case FAIL -> rows.fail(sql, run, "failed", "unknown", unknown.message(), null);
                case RETRY ->
                    apply(sql, execution, definition, run, new Failed(FailureKind.TEMPORARY, unknown.message()));
            }
            return;
        }
        if (outcome instanceof Completed completed) {
            if (rows.text(completed.output()).length() > LARGEST_OUTPUT) {
                apply(
                        sql,
                        execution,
                        definition,
                        run,
                        new Failed(FailureKind.INVALID, "gives more than " + LARGEST_OUTPUT + " characters"));
                return;
            }
            rows.complete(sql, run, completed.output());
        } else if (outcome instanceof Waiting waiting) {
            rows.await(sql, run, waiting);
            if (waiting.until() != null) {
                Workflows.schedule(sql, ExecutionTasks.STEP, run.id(), waiting.until());
            }
        } else if (outcome instanceof Failed failed) {
            Retry retry = step.retry();
            if (run.attempts() < retry.attempts() && retry.covers(failed.kind())) {
                Instant again = Instant.now().plus(backoff(retry, run.attempts(), failed.retryAfter()));
                rows.fail(sql, run, "scheduled", failed.kind().label(), failed.message(), again);
                Workflows.schedule(sql, ExecutionTasks.STEP, run.id(), again);
            } else {
                rows.fail(sql, run, "failed", failed.kind().label(), failed.message(), null);
            }
        }
        if (run.purpose().equals(StepRun.ITEM) && !(outcome instanceof Waiting)) {
            rows.step(sql, execution.id(), run.key())
                    .filter(parent -> parent.is("waiting"))
                    .ifPresent(parent -> Workflows.schedule(sql, ExecutionTasks.STEP, parent.id(), Instant.now()));
        }
    }

    private static Duration backoff(Retry retry, int attempts, @Nullable Duration wanted) {
        if (wanted != null) {
            return wanted.compareTo(LONGEST_BACKOFF) > 0 ? LONGEST_BACKOFF : wanted;
        }
        long millis = retry.backoff().toMillis() << Math.min(Math.max(0, attempts - 1), 10);
        long jittered = millis + (millis > 0 ? ThreadLocalRandom.current().nextLong(millis / 5 + 1) : 0);
        return Duration.ofMillis(Math.min(jittered, LONGEST_BACKOFF.toMillis()));
    }

    /** Begins what can begin, and ends the run when nothing is left. */
    void advance(JdbcClient sql, ExecutionRow execution, Membership membership) {
        Definition definition = definition(sql, execution);
        Map<String, StepRun> steps = steps(sql, execution);
        int begun = 0;
        boolean more = failing(definition, steps).isEmpty();
        while (more) {
            more = false;
            for (Step step : definition.steps()) {
                if (!steps.containsKey(step.id()) && ready(step, steps)) {
                    StepRun run = begin(sql, execution, definition, membership, step, steps);
                    steps.put(step.id(), run);
                    begun++;
                    more = true;
                    if (run.is("failed") && !step.continueOnError()) {
                        more = false;
                        break;
                    }
                }
            }
        }
        if (begun > 0 && count(sql, begun) > limits.stepsPerDay()) {
            end(
                    sql,
                    execution,
                    "failed",
                    null,
                    "The organization has begun as many steps today as it may: " + limits.stepsPerDay());
            return;
        }
        Optional<StepRun> failed = failing(definition, steps);
        if (failed.isPresent()) {
            rows.cancelOpen(sql, execution.id());
            if (compensating(sql, execution, definition)) {
                rows.progress(sql, execution, "running", completed(sql, execution), null);
            } else {
                StepRun why = failed.get();
                end(sql, execution, "failed", null, why.key() + ": " + why.errorMessage());
            }
            return;
        }
        List<StepRun> open = rows.steps(sql, execution.id()).stream()
                .filter(run -> OPEN.contains(run.status()))
                .toList();
        if (open.isEmpty()) {
            finish(sql, execution, definition, steps);
        } else {
            boolean waits = open.stream().allMatch(run -> run.is("waiting") || run.is("unknown"));
            rows.progress(
                    sql,
                    execution,
                    waits ? "waiting" : "running",
                    completed(sql, execution),
                    open.get(0).key());
            if (waits && !execution.status().equals("waiting")) {
                promote(sql);
            }
        }
    }

    private Map<String, StepRun> steps(JdbcClient sql, ExecutionRow execution) {
        Map<String, StepRun> steps = new LinkedHashMap<>();
        rows.steps(sql, execution.id()).stream()
                .filter(run -> run.purpose().equals(StepRun.STEP))
                .forEach(run -> steps.put(run.key(), run));
        return steps;
    }

    private static boolean ready(Step step, Map<String, StepRun> steps) {
        return step.dependsOn().stream().allMatch(id -> {
            StepRun before = steps.get(id);
            return before != null && before.ended();
        });
    }

    /** The failure that ends the run. */
    private static Optional<StepRun> failing(Definition definition, Map<String, StepRun> steps) {
        return definition.steps().stream()
                .filter(step -> !step.continueOnError())
                .map(step -> steps.get(step.id()))
                .filter(run -> run != null && run.is("failed"))
                .map(run -> (StepRun) run)
                .findFirst();
    }

    private StepRun begin(
            JdbcClient sql,
            ExecutionRow execution,
            Definition definition,
            Membership membership,
            Step step,
            Map<String, StepRun> steps) {
        Map<String, @Nullable Object> variables =
                RunVariables.of(execution, definition, steps.values(), definition.upstream(step));
        try {
            if (skipped(step, definition, steps, variables)) {
                return rows.add(sql, execution.id(), step.id(), StepRun.STEP, 0, "skipped");
            }
        } catch (StepFailure failure) {
            StepRun run = rows.add(sql, execution.id(), step.id(), StepRun.STEP, 0, "scheduled");
            rows.fail(sql, run, "failed", failure.kind().label(), String.valueOf(failure.getMessage()), null);
            return rows.step(sql, run.id()).orElseThrow();
        }
        StepRun run = rows.add(sql, execution.id(), step.id(), StepRun.STEP, 0, "scheduled");
        if (types.find(step.action().type()).orElse(null) instanceof InlineStep inline) {
            StepOutcome outcome;
            Map<String, Object> input = Map.of();
            try {
                var call = actions.call(membership, run, step.action(), variables, step.timeout());
                input = call.config();
                outcome = inline.run(call);
            } catch (RuntimeException failure) {
                outcome = StepActions.failed(failure);
            }
            apply(sql, execution, definition, rows.begin(sql, run, "running", input), outcome);
            return rows.step(sql, run.id()).orElseThrow();
        }
        Workflows.schedule(sql, ExecutionTasks.STEP, run.id(), Instant.now());
        return run;
    }

    /**
     * A condition of its own decides. Otherwise a step is skipped after a condition that is false, and where all that it
     * depends on was skipped.
     */
    private boolean skipped(
            Step step, Definition definition, Map<String, StepRun> steps, Map<String, @Nullable Object> variables) {
        if (step.condition() != null) {
            return !actions.test(step.condition(), variables);
        }
        boolean refused = step.dependsOn().stream().anyMatch(id -> {
            StepRun before = steps.get(id);
            return before != null
                    && before.output() != null
                    && definition.step(id).filter(one -> one.action().type().equals(ConditionStep.NAME)).isPresent()
                    && Boolean.FALSE.equals(before.output().get(ConditionStep.RESULT));
        });
        return refused
                || !step.dependsOn().isEmpty()
                        && step.dependsOn().stream()
                                .allMatch(id -> Objects.requireNonNull(steps.get(id)).is("skipped"));
    }

    /** One at a time, what was done last first. False once all is undone, or nothing is to be. */
    private boolean compensating(JdbcClient sql, ExecutionRow execution, Definition definition) {
        List<StepRun> all = rows.steps(sql, execution.id());
        if (all.stream().anyMatch(run -> run.is("running") || run.is("scheduled"))) {
            return true;
        }
        Set<String> undone = new HashSet<>();
        all.stream().filter(run -> run.purpose().equals(StepRun.COMPENSATION)).forEach(run -> undone.add(run.key()));
        Optional<StepRun> next = all.stream()
                .filter(run -> run.purpose().equals(StepRun.STEP) && run.is("completed"))
                .filter(run -> !undone.contains(run.key()))
                .filter(run -> definition.step(run.key()).filter(step -> step.compensation() != null).isPresent())
                .max(Comparator.comparing(run -> Objects.requireNonNullElse(run.completedAt(), Instant.EPOCH)));
        next.ifPresent(done -> {
            StepRun run = rows.add(sql, execution.id(), done.key(), StepRun.COMPENSATION, 0, "scheduled");
            Workflows.schedule(sql, ExecutionTasks.STEP, run.id(), Instant.now());
        });
        return next.isPresent();
    }

    private void finish(JdbcClient sql, ExecutionRow execution, Definition definition, Map<String, StepRun> steps) {
        Map<String, @Nullable Object> output = new LinkedHashMap<>();
        if (definition.output() != null) {
            try {
                output.put(
                        "result",
                        expressions
                                .compile(definition.output())
                                .evaluate(RunVariables.of(execution, definition, steps.values(), steps.keySet())));
            } catch (ExpressionException failure) {
                end(sql, execution, "failed", null, "output: " + failure.getMessage());
                return;
            }
        } else {
            Set<String> inner = new HashSet<>();
            definition.steps().forEach(step -> inner.addAll(step.dependsOn()));
            steps.values().stream()
                    .filter(run -> !inner.contains(run.key()) && run.is("completed"))
                    .forEach(run -> output.put(run.key(), run.output()));
        }
        if (rows.text(output).length() > LARGEST_OUTPUT) {
            end(sql, execution, "failed", null, "output: gives more than " + LARGEST_OUTPUT + " characters");
            return;
        }
        end(sql, execution, "completed", output, null);
    }

    /** Ends the run, wakes the step of another run that waits for it, and lets one begin that waits for room. */
    void end(
            JdbcClient sql,
            ExecutionRow execution,
            String status,
            @Nullable Map<String, ?> output,
            @Nullable String error) {
        rows.cancelOpen(sql, execution.id());
        rows.end(sql, execution.id(), status, output, error, completed(sql, execution));
        if (execution.parentRunId() != null) {
            Workflows.schedule(sql, ExecutionTasks.STEP, execution.parentRunId(), Instant.now());
        }
        promote(sql);
    }

    private int completed(JdbcClient sql, ExecutionRow execution) {
        return (int) rows.steps(sql, execution.id()).stream()
                .filter(run -> run.purpose().equals(StepRun.STEP) && (run.is("completed") || run.is("skipped")))
                .count();
    }

    private static void promote(JdbcClient sql) {
        sql.sql("SELECT id FROM workflow_executions WHERE status = 'pending' ORDER BY id LIMIT 1")
                .query(UUID.class)
                .list()
                .forEach(next -> Workflows.schedule(sql, ExecutionTasks.RUN, next, Instant.now()));
    }

    /** How many steps the organization has begun today, with these. */
    private static int count(JdbcClient sql, int begun) {
        return sql.sql("""
                        INSERT INTO workflow_usage (steps) VALUES (:begun)
                        ON CONFLICT (organization_id, day) DO UPDATE SET steps = workflow_usage.steps + :begun
                        RETURNING steps""")
                .param("begun", begun)
                .query(Integer.class)
                .single();
    }
}
