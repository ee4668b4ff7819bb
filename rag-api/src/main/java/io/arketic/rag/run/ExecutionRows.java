package io.arketic.rag.run;

import io.arketic.rag.workflow.StepOutcome;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The statements of the engine. Each writer of a run locks the run's row first. */
@Component
public class ExecutionRows {

    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private final JsonMapper json;

    ExecutionRows(JsonMapper json) {
        this.json = json;
    }

    public Optional<ExecutionRow> lock(JdbcClient sql, UUID execution) {
        return sql.sql("SELECT * FROM workflow_executions WHERE id = :id FOR NO KEY UPDATE")
                .param("id", execution)
                .query(this::execution)
                .optional();
    }

    public Optional<ExecutionRow> find(JdbcClient sql, UUID execution) {
        return sql.sql("SELECT * FROM workflow_executions WHERE id = :id")
                .param("id", execution)
                .query(this::execution)
                .optional();
    }

    Optional<StepRun> step(JdbcClient sql, UUID stepRun) {
        return sql.sql("SELECT * FROM workflow_step_runs WHERE id = :id")
                .param("id", stepRun)
                .query(this::stepRun)
                .optional();
    }

    public Optional<StepRun> step(JdbcClient sql, UUID execution, String key) {
        return sql.sql("""
                        SELECT * FROM workflow_step_runs
                        WHERE execution_id = :execution AND step = :key AND purpose = 'step'""")
                .param("execution", execution)
                .param("key", key)
                .query(this::stepRun)
                .optional();
    }

    /** Returns the steps in the order in which they began. */
    public List<StepRun> steps(JdbcClient sql, UUID execution) {
        return sql.sql("SELECT * FROM workflow_step_runs WHERE execution_id = :execution ORDER BY id")
                .param("execution", execution)
                .query(this::stepRun)
                .list();
    }

    StepRun add(JdbcClient sql, UUID execution, String key, String purpose, int position, String status) {
        return sql.sql("""
                        INSERT INTO workflow_step_runs (execution_id, step, purpose, position, status, completed_at)
                        VALUES (:execution, :key, :purpose, :position, CAST(:status AS text),
                            CASE WHEN CAST(:status AS text) = 'skipped' THEN now() END)
                        RETURNING *""")
                .param("execution", execution)
                .param("key", key)
                .param("purpose", purpose)
                .param("position", position)
                .param("status", status)
                .query(this::stepRun)
                .single();
    }

    /** Adds steps that were done at once, in this order. */
    void addCompleted(JdbcClient sql, UUID execution, List<ComputedStep> computed) {
        sql.sql("""
                        INSERT INTO workflow_step_runs (id, execution_id, step, status, attempts, effect_id, input, output,
                            started_at, completed_at)
                        SELECT c.id, :execution, c.step, 'completed', 1, c.effect, CAST(c.input AS jsonb),
                            CAST(c.output AS jsonb), now(), now()
                        FROM unnest(CAST(:ids AS uuid[]), CAST(:steps AS text[]), CAST(:effects AS uuid[]),
                            CAST(:inputs AS text[]), CAST(:outputs AS text[])) c (id, step, effect, input, output)
                        ORDER BY c.id""")
                .param("execution", execution)
                .param("ids", computed.stream().map(one -> one.run().id()).toArray(UUID[]::new))
                .param("steps", computed.stream().map(one -> one.run().key()).toArray(String[]::new))
                .param(
                        "effects",
                        computed.stream().map(one -> one.run().effectId()).toArray(UUID[]::new))
                .param("inputs", computed.stream().map(ComputedStep::input).toArray(String[]::new))
                .param("outputs", computed.stream().map(ComputedStep::output).toArray(String[]::new))
                .update();
    }

    /** Stored before the effect that it counts. A step that goes on after it waited makes no further attempt. */
    StepRun begin(JdbcClient sql, StepRun run, @Nullable String task, @Nullable Map<String, ?> input) {
        return sql.sql("""
                        UPDATE workflow_step_runs SET status = 'running', task = :task, attempts = attempts + (status <> 'waiting')::integer,
                            input = coalesce(CAST(:input AS jsonb), input), wake_at = NULL,
                            started_at = coalesce(started_at, now())
                        WHERE id = :id RETURNING *""")
                .param("id", run.id())
                .param("task", task)
                .param("input", input == null ? null : json.writeValueAsString(input))
                .query(this::stepRun)
                .single();
    }

    public void complete(JdbcClient sql, StepRun run, Map<String, ?> output) {
        sql.sql("""
                        UPDATE workflow_step_runs SET status = 'completed', output = CAST(:output AS jsonb), error_kind = NULL,
                            error_message = NULL, wake_at = NULL, started_at = coalesce(started_at, now()), completed_at = now()
                        WHERE id = :id""")
                .param("id", run.id())
                .param("output", json.writeValueAsString(output))
                .update();
    }

    void await(JdbcClient sql, StepRun run, StepOutcome.Waiting waiting) {
        Instant until = waiting.until();
        sql.sql("""
                        UPDATE workflow_step_runs SET status = 'waiting', wake_at = :wake, awaited_event = :event,
                            started_at = coalesce(started_at, now()),
                            state = CASE WHEN purpose = 'item' THEN state || CAST(:state AS jsonb) ELSE CAST(:state AS jsonb) END
                        WHERE id = :id""")
                .param("id", run.id())
                .param("state", json.writeValueAsString(waiting.state()))
                .param("wake", until == null ? null : until.atOffset(ZoneOffset.UTC))
                .param("event", waiting.event())
                .update();
    }

    /** @param status {@code failed}, {@code scheduled} to be tried again, or {@code unknown} */
    public void fail(JdbcClient sql, StepRun run, String status, String kind, String message, @Nullable Instant again) {
        sql.sql("""
                        UPDATE workflow_step_runs SET status = CAST(:status AS text), error_kind = :kind,
                            error_message = left(:message, 2000), wake_at = :again,
                            started_at = coalesce(started_at, now()),
                            completed_at = CASE WHEN CAST(:status AS text) = 'failed' THEN now() END
                        WHERE id = :id""")
                .param("id", run.id())
                .param("status", status)
                .param("kind", kind)
                .param("message", message.replace("\0", ""))
                .param("again", again == null ? null : again.atOffset(ZoneOffset.UTC))
                .update();
    }

    /** After a failure: what has been done is still undone, and no effect of which that is not known is given up. */
    void cancelUnlessCompensating(JdbcClient sql, UUID execution) {
        sql.sql("""
                        UPDATE workflow_step_runs SET status = 'cancelled', completed_at = now()
                        WHERE execution_id = :execution AND status IN ('pending', 'scheduled', 'waiting')
                          AND purpose <> 'compensation'""").param("execution", execution).update();
    }

    /** Cancels the steps that wait or have not begun. A step under way ends by itself. */
    void cancelOpen(JdbcClient sql, UUID execution) {
        sql.sql("""
                        UPDATE workflow_step_runs SET status = 'cancelled', completed_at = now()
                        WHERE execution_id = :execution AND status IN ('pending', 'scheduled', 'waiting', 'unknown')""").param("execution", execution).update();
    }

    /** A step that another transaction is about to delete is none any more. */
    void progress(JdbcClient sql, ExecutionRow execution, String status, int completed, @Nullable String currentStep) {
        sql.sql("""
                        UPDATE workflow_executions e SET status = CAST(:status AS execution_status),
                            completed_steps = :completed, current_step_id = c.id
                        FROM (
                            SELECT (
                                SELECT s.id FROM workflow_steps s
                                WHERE s.workflow_id = :workflow AND s.step = :current LIMIT 1
                                FOR KEY SHARE SKIP LOCKED)) c (id)
                        WHERE e.id = :id AND (e.status <> CAST(:status AS execution_status)
                            OR e.completed_steps <> :completed OR e.current_step_id IS DISTINCT FROM c.id)""")
                .param("workflow", execution.workflowId())
                .param("id", execution.id())
                .param("status", status)
                .param("completed", completed)
                .param("current", currentStep)
                .update();
    }

    void begin(JdbcClient sql, UUID execution, Instant deadline) {
        sql.sql("""
                        UPDATE workflow_executions SET status = 'running', started_at = now(), deadline_at = :deadline
                        WHERE id = :id""")
                .param("id", execution)
                .param("deadline", deadline.atOffset(ZoneOffset.UTC))
                .update();
    }

    void end(JdbcClient sql, UUID execution, String status, @Nullable Map<String, ?> output, @Nullable String error) {
        sql.sql("""
                        UPDATE workflow_executions SET status = CAST(:status AS execution_status),
                            output_data = CAST(:output AS jsonb), error_message = left(:error, 2000),
                            completed_steps = (
                                SELECT count(*) FROM workflow_step_runs s
                                WHERE s.execution_id = :id AND s.purpose = 'step' AND s.status IN ('completed', 'skipped')),
                            current_step_id = NULL, completed_at = now(),
                            duration_seconds = round(extract(epoch FROM now() - coalesce(started_at, now())), 2)
                        WHERE id = :id""")
                .param("id", execution)
                .param("status", status)
                .param("output", output == null ? null : json.writeValueAsString(output))
                .param("error", error)
                .update();
    }

    /** Counts more steps as begun today, and returns the organization's sum. */
    int count(JdbcClient sql, int begun) {
        return sql.sql("""
                        INSERT INTO workflow_usage (steps) VALUES (:begun)
                        ON CONFLICT (organization_id, day) DO UPDATE SET steps = workflow_usage.steps + :begun
                        RETURNING steps""").param("begun", begun).query(Integer.class).single();
    }

    private ExecutionRow execution(ResultSet row, int number) throws SQLException {
        return new ExecutionRow(
                row.getObject("id", UUID.class),
                row.getObject("organization_id", UUID.class),
                row.getObject("workflow_id", UUID.class),
                String.valueOf(row.getString("version")),
                row.getInt("execution_number"),
                row.getString("status"),
                orEmpty(object(row, "input_data")),
                orEmpty(object(row, "trigger_data")),
                row.getObject("acting_user_id", UUID.class),
                instant(row, "started_at"),
                instant(row, "deadline_at"),
                row.getObject("paused_at") != null,
                row.getObject("parent_run_id", UUID.class),
                row.getInt("nesting"));
    }

    StepRun stepRun(ResultSet row, int number) throws SQLException {
        return new StepRun(
                row.getObject("id", UUID.class),
                row.getObject("execution_id", UUID.class),
                row.getString("step"),
                row.getString("purpose"),
                row.getInt("position"),
                row.getString("status"),
                row.getInt("attempts"),
                row.getObject("effect_id", UUID.class),
                row.getString("task"),
                object(row, "output"),
                object(row, "state"),
                row.getString("error_kind"),
                row.getString("error_message"),
                instant(row, "wake_at"),
                instant(row, "started_at"),
                instant(row, "completed_at"));
    }

    @Nullable
    public Map<String, Object> object(ResultSet row, String column) throws SQLException {
        String text = row.getString(column);
        return text == null ? null : object(text);
    }

    Map<String, Object> object(String text) {
        return json.readValue(text, OBJECT);
    }

    String text(Map<String, ?> object) {
        return json.writeValueAsString(object);
    }

    private static Map<String, Object> orEmpty(@Nullable Map<String, Object> object) {
        return object == null ? Map.of() : object;
    }

    public static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
