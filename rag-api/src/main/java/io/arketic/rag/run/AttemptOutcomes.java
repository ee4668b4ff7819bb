package io.arketic.rag.run;

import io.arketic.rag.workflow.Definition;
import io.arketic.rag.workflow.Definition.Retry;
import io.arketic.rag.workflow.Definition.Step;
import io.arketic.rag.workflow.FailureKind;
import io.arketic.rag.workflow.StepOutcome;
import io.arketic.rag.workflow.StepOutcome.Completed;
import io.arketic.rag.workflow.StepOutcome.Failed;
import io.arketic.rag.workflow.StepOutcome.Unknown;
import io.arketic.rag.workflow.StepOutcome.Waiting;
import io.arketic.rag.workflow.WorkflowTasks;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Decides what happens to a step after an attempt: it ends, is tried again, or waits. */
@Component
class AttemptOutcomes {

    /** In characters, as JSON. */
    static final int LARGEST_OUTPUT = 256 * 1024;

    private static final Duration LONGEST_BACKOFF = Duration.ofHours(1);

    private final ExecutionRows rows;

    AttemptOutcomes(ExecutionRows rows) {
        this.rows = rows;
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
                WorkflowTasks.schedule(sql, ExecutionTasks.STEP, run.id(), waiting.until());
            }
        } else if (outcome instanceof Failed failed) {
            Retry retry = step.retry();
            if (run.attempts() < retry.attempts() && retry.covers(failed.kind())) {
                Instant again = Instant.now().plus(backoff(retry, run.attempts(), failed.retryAfter()));
                rows.fail(sql, run, "scheduled", failed.kind().label(), failed.message(), again);
                WorkflowTasks.schedule(sql, ExecutionTasks.STEP, run.id(), again);
            } else {
                rows.fail(sql, run, "failed", failed.kind().label(), failed.message(), null);
            }
        }
        if (run.purpose().equals(StepRun.ITEM) && !(outcome instanceof Waiting)) {
            rows.step(sql, execution.id(), run.key())
                    .filter(parent -> parent.is("waiting"))
                    .ifPresent(parent -> WorkflowTasks.schedule(sql, ExecutionTasks.STEP, parent.id(), Instant.now()));
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
}
