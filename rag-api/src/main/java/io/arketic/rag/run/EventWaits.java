package io.arketic.rag.run;

import io.arketic.rag.workflow.StepOutcome;
import io.arketic.rag.workflow.WorkflowTasks;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Wakes the steps that wait for an event. */
@Component
public class EventWaits {

    /**
     * Names a step that waits for an event.
     *
     * @param acting the member with whose rights its run acts; null when that account is gone
     */
    public record Waiter(UUID stepRun, @Nullable UUID acting) {}

    /** Names the part of a step's state that holds the fields of the awaited event, with the values that they must have. */
    static final String MATCH = "match";

    /** Limits the events in the state of a step, which may come faster than it runs. */
    private static final int MOST = 100;

    private final ExecutionRows rows;

    EventWaits(ExecutionRows rows) {
        this.rows = rows;
    }

    /** Lists the steps that wait for the event and began before it. */
    public List<Waiter> find(JdbcClient sql, String event, OffsetDateTime at) {
        return sql.sql("""
                        SELECT r.id, e.acting_user_id FROM workflow_step_runs r
                        JOIN workflow_executions e ON e.id = r.execution_id
                        WHERE r.awaited_event = :event AND r.status = 'waiting' AND r.started_at <= :at
                        ORDER BY r.id""")
                .param("event", event)
                .param("at", at)
                .query((row, number) ->
                        new Waiter(row.getObject("id", UUID.class), row.getObject("acting_user_id", UUID.class)))
                .list();
    }

    /** Adds the event to the state of the step once, where it still waits for it and the event matches, and wakes it. */
    public void wake(JdbcClient sql, UUID stepRun, String event, Map<String, Object> content) {
        StepRun found = rows.step(sql, stepRun).orElse(null);
        if (found == null || rows.lock(sql, found.executionId()).isEmpty()) {
            return;
        }
        StepRun run = sql.sql("""
                        SELECT * FROM workflow_step_runs
                        WHERE id = :id AND status = 'waiting' AND awaited_event = :event""")
                .param("id", stepRun)
                .param("event", event)
                .query(rows::stepRun)
                .optional()
                .orElse(null);
        if (run == null || !matches(run, content)) {
            return;
        }
        List<Object> events = new ArrayList<>();
        if (run.state() != null && run.state().get(StepOutcome.EVENTS) instanceof List<?> before) {
            events.addAll(before);
        }
        if (events.size() < MOST && !events.contains(content)) {
            events.add(content);
        }
        Map<String, Object> state = new LinkedHashMap<>(run.state() == null ? Map.of() : run.state());
        state.put(StepOutcome.EVENTS, events);
        sql.sql("UPDATE workflow_step_runs SET state = CAST(:state AS jsonb) WHERE id = :id")
                .param("id", stepRun)
                .param("state", rows.text(state))
                .update();
        WorkflowTasks.schedule(sql, ExecutionTasks.STEP, stepRun, Instant.now());
    }

    private static boolean matches(StepRun run, Map<String, Object> content) {
        return run.state() == null
                || !(run.state().get(MATCH) instanceof Map<?, ?> wanted)
                || wanted.entrySet().stream()
                        .allMatch(field -> String.valueOf(field.getValue())
                                .equals(String.valueOf(content.get(String.valueOf(field.getKey())))));
    }
}
