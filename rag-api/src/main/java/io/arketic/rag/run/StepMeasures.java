package io.arketic.rag.run;

import io.arketic.rag.workflow.StepOutcome;
import io.arketic.rag.workflow.StepOutcome.Failed;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Measures the attempts of steps: a timer for each type and outcome, and for each attempt one line of the log at DEBUG, which
 * names run and step and so traces a run through all processes.
 */
@Component
class StepMeasures {

    private static final Logger log = LoggerFactory.getLogger("io.arketic.rag.execution.steps");

    private final MeterRegistry metrics;

    StepMeasures(MeterRegistry metrics) {
        this.metrics = metrics;
    }

    void attempt(String type, StepOutcome outcome, Duration took, ExecutionRow execution, StepRun run) {
        String name = outcome.getClass().getSimpleName().toLowerCase(Locale.ROOT);
        metrics.timer("arketic.workflow.step", "type", type, "outcome", name).record(took);
        log.debug(
                "run {} of workflow {}: step {} ({}, attempt {}) {} in {} ms{}",
                execution.id(),
                execution.workflowId(),
                run.key(),
                type,
                run.attempts(),
                name,
                took.toMillis(),
                outcome instanceof Failed failed ? ": " + failed.kind().label() : "");
    }
}
