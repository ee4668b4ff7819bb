package io.arketic.rag.run;

import io.arketic.rag.workflow.Definition;
import io.arketic.rag.workflow.WorkflowTasks;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Undoes what a failed run has done, once it is known of each step whether it was done. */
@Component
class Compensations {

    private final ExecutionRows rows;

    Compensations(ExecutionRows rows) {
        this.rows = rows;
    }

    /** Undoes one step, the latest first. Returns false when nothing is left to undo. */
    boolean goOn(JdbcClient sql, ExecutionRow execution, Definition definition) {
        List<StepRun> all = rows.steps(sql, execution.id());
        if (all.stream().anyMatch(StepRun::isOpen)) {
            return true;
        }
        Set<String> undone = new HashSet<>();
        all.stream().filter(run -> run.purpose().equals(StepRun.COMPENSATION)).forEach(run -> undone.add(run.key()));
        Optional<StepRun> next = all.stream()
                .filter(run -> run.purpose().equals(StepRun.STEP) && run.is("completed"))
                .filter(run -> !undone.contains(run.key()))
                .filter(run -> definition
                        .step(run.key())
                        .filter(step -> step.compensation() != null)
                        .isPresent())
                .max(Comparator.comparing(run -> Objects.requireNonNullElse(run.completedAt(), Instant.EPOCH)));
        next.ifPresent(done -> {
            StepRun run = rows.add(sql, execution.id(), done.key(), StepRun.COMPENSATION, 0, "scheduled");
            WorkflowTasks.schedule(sql, ExecutionTasks.STEP, run.id(), Instant.now());
        });
        return next.isPresent();
    }
}
