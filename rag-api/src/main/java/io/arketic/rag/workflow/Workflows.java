package io.arketic.rag.workflow;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.deployment.FreeJson;
import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.EntityTag;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.workflow.Definition.Trigger;
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

/** Stores workflows, with the steps of their newest definition. */
@Component
public class Workflows {

    /** Holds the fields to change. Null changes nothing; an empty description removes the description. */
    record Change(
            @Nullable String name,
            @Nullable String description,
            @Nullable Map<String, Object> definition,
            @Nullable String version) {}

    private static final String FIND = "SELECT w.* FROM workflows w WHERE w.id = ?";
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private final Transactions transactions;
    private final Identifiers identifiers;
    private final Memberships memberships;
    private final DefinitionReader reader;
    private final WorkflowVersions versions;
    private final WorkflowSteps steps;
    private final JsonMapper json;

    Workflows(
            Transactions transactions,
            Identifiers identifiers,
            Memberships memberships,
            DefinitionReader reader,
            WorkflowVersions versions,
            WorkflowSteps steps,
            JsonMapper json) {
        this.transactions = transactions;
        this.identifiers = identifiers;
        this.memberships = memberships;
        this.reader = reader;
        this.versions = versions;
        this.steps = steps;
        this.json = json;
    }

    /** Finds a workflow of the caller's organizations; any other is not found. */
    public WorkflowAccess require(Caller caller, UUID id) {
        return memberships.locate(caller, "workflow", id, FIND, this::workflow, WorkflowAccess::new);
    }

    public Optional<Workflow> find(JdbcClient sql, UUID id) {
        return sql.sql(FIND).param(id).query(this::workflow).optional();
    }

    /** @throws ProblemException when the definition is not valid */
    Workflow create(Membership membership, String name, @Nullable String description, Map<String, Object> source) {
        Definition definition = reader.read(source);
        String stored = FreeJson.text(json, "definition", source);
        UUID id = identifiers.next();
        return transactions.run(membership.context(), sql -> {
            sql.sql("""
                            INSERT INTO workflows (id, creator_id, name, description, version, workflow_definition)
                            VALUES (:id, :creator, :name, :description, :version, CAST(:definition AS jsonb))""")
                    .param("id", id)
                    .param("creator", membership.userId())
                    .param("name", name)
                    .param("description", description)
                    .param("version", SemanticVersion.FIRST.toString())
                    .param("definition", stored)
                    .update();
            versions.add(sql, membership, id, SemanticVersion.FIRST, stored);
            describe(sql, id, definition);
            steps.put(sql, id, definition);
            return one(sql, id);
        });
    }

    /** Lists workflows, the newest first. Archived ones are listed only by their status. */
    List<Workflow> list(Membership membership, @Nullable String status, Cursor cursor, int limit) {
        return transactions.run(
                membership.context(),
                sql -> sql.sql("""
                        SELECT w.* FROM workflows w
                        WHERE w.id < :after
                          AND (CAST(:status AS workflow_status) IS NULL AND w.status <> 'archived'
                            OR w.status = CAST(:status AS workflow_status))
                        ORDER BY w.id DESC LIMIT :limit""")
                        .param("after", cursor.after())
                        .param("status", status)
                        .param("limit", limit)
                        .query(this::workflow)
                        .list());
    }

    /** Changes a workflow. A new definition is a new version; the active version stays active until another is activated. */
    Workflow change(WorkflowAccess access, EntityTag basis, Change change) {
        Definition definition = change.definition() == null ? null : reader.read(change.definition());
        String stored = FreeJson.text(json, "definition", change.definition());
        UUID id = access.workflow().id();
        return transactions.run(access.membership().context(), sql -> {
            Workflow now = required(sql, id);
            basis.mustMatch(now.updatedAt());
            requireNotArchived(now);
            sql.sql("""
                            UPDATE workflows SET
                                name = coalesce(CAST(:name AS text), name),
                                description = CASE WHEN CAST(:description AS text) IS NULL THEN description
                                    ELSE nullif(CAST(:description AS text), '') END
                            WHERE id = :id""")
                    .param("name", change.name())
                    .param("description", change.description())
                    .param("id", id)
                    .update();
            if (definition != null && stored != null) {
                SemanticVersion version = WorkflowVersions.next(now, change.version());
                versions.add(sql, access.membership(), id, version, stored);
                sql.sql("""
                                UPDATE workflows SET version = :version, workflow_definition = CAST(:definition AS jsonb)
                                WHERE id = :id""")
                        .param("version", version.toString())
                        .param("definition", stored)
                        .param("id", id)
                        .update();
                if (now.activeVersion() == null) {
                    describe(sql, id, definition);
                }
                steps.put(sql, id, definition);
            } else if (change.version() != null) {
                throw ProblemException.ofField(
                        ProblemReason.INVALID_INPUT, "version", "names a definition: send that, too");
            }
            return one(sql, id);
        });
    }

    /** Lets triggers run the newest version from now on, with the rights of the member that activates it. */
    Workflow activate(WorkflowAccess access) {
        UUID id = access.workflow().id();
        return transactions.run(access.membership().context(), sql -> {
            Workflow now = required(sql, id);
            requireNotArchived(now);
            Definition definition = reader.read(now.definition());
            Instant next = definition.trigger().next(Instant.now());
            sql.sql("""
                            UPDATE workflows SET status = 'active', active_version = version, activated_by_id = :user,
                                -- One that waits for the event already keeps what has happened since.
                                activated_at = CASE WHEN status = 'active' AND event_type = :event THEN activated_at
                                    ELSE now() END,
                                next_run_at = :next
                            WHERE id = :id""")
                    .param("user", access.membership().userId())
                    .param("event", definition.trigger().event())
                    .param("next", next == null ? null : next.atOffset(ZoneOffset.UTC))
                    .param("id", id)
                    .update();
            describe(sql, id, definition);
            if (next != null) {
                WorkflowTasks.schedule(sql, WorkflowTasks.SCHEDULE, id, next);
            }
            return one(sql, id);
        });
    }

    /** Stops triggers from starting runs. Runs under way go on. */
    Workflow pause(WorkflowAccess access) {
        return status(access, Workflow.PAUSED, Workflow.ACTIVE);
    }

    /** Archives a workflow: it is kept with its runs and never runs again. */
    Workflow archive(WorkflowAccess access) {
        return status(access, Workflow.ARCHIVED, null);
    }

    private Workflow status(WorkflowAccess access, String status, @Nullable String from) {
        UUID id = access.workflow().id();
        return transactions.run(access.membership().context(), sql -> {
            Workflow now = required(sql, id);
            if (!now.status().equals(status)) {
                if (from != null && !now.status().equals(from)) {
                    throw new ProblemException(
                            ProblemReason.CONFLICT, "The workflow is " + now.status() + " and not " + from + ".");
                }
                sql.sql("""
                                UPDATE workflows SET status = CAST(:status AS workflow_status), next_run_at = NULL
                                WHERE id = :id""").param("status", status).param("id", id).update();
            }
            return one(sql, id);
        });
    }

    /** Stores the columns by which triggers find the workflow. */
    private static void describe(JdbcClient sql, UUID id, Definition definition) {
        Trigger trigger = definition.trigger();
        sql.sql("""
                        UPDATE workflows SET trigger_type = CAST(:type AS workflow_trigger), cron_expression = :cron,
                            cron_timezone = :zone, event_type = :event, max_execution_time = :seconds,
                            retry_attempts = :retries
                        WHERE id = :id""")
                .param("type", trigger.type())
                .param("cron", trigger.cron())
                .param("zone", trigger.timezone())
                .param("event", trigger.event())
                .param("retries", definition.retryAttempts())
                .param("seconds", definition.maxExecutionTime().toSeconds())
                .param("id", id)
                .update();
    }

    /** Finds a workflow and locks its row. */
    public Optional<Workflow> locked(JdbcClient sql, UUID id) {
        return sql.sql(FIND + " FOR UPDATE").param(id).query(this::workflow).optional();
    }

    private Workflow required(JdbcClient sql, UUID id) {
        return locked(sql, id).orElseThrow(() -> ProblemException.notFound("workflow"));
    }

    private Workflow one(JdbcClient sql, UUID id) {
        return find(sql, id).orElseThrow(() -> ProblemException.notFound("workflow"));
    }

    private static void requireNotArchived(Workflow workflow) {
        if (workflow.status().equals(Workflow.ARCHIVED)) {
            throw new ProblemException(ProblemReason.CONFLICT, "The workflow is archived; copy it to go on with it.");
        }
    }

    private Map<String, Object> object(String text) {
        return json.readValue(text, OBJECT);
    }

    private Workflow workflow(ResultSet row, int number) throws SQLException {
        return new Workflow(
                row.getObject("id", UUID.class),
                row.getObject("organization_id", UUID.class),
                row.getObject("creator_id", UUID.class),
                row.getString("name"),
                row.getString("description"),
                row.getString("version"),
                row.getString("status"),
                row.getString("trigger_type"),
                row.getInt("max_execution_time"),
                row.getInt("retry_attempts"),
                row.getString("cron_expression"),
                row.getString("cron_timezone"),
                object(row.getString("workflow_definition")),
                row.getInt("execution_count"),
                row.getInt("success_count"),
                row.getInt("failure_count"),
                row.getObject("avg_execution_time") == null ? null : row.getDouble("avg_execution_time"),
                instant(row, "last_run_at"),
                instant(row, "next_run_at"),
                row.getString("active_version"),
                row.getObject("activated_by_id", UUID.class),
                instant(row, "activated_at"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant());
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
