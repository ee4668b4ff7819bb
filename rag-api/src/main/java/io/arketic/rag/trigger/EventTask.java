package io.arketic.rag.trigger;

import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.expression.ExpressionException;
import io.arketic.rag.expression.Expressions;
import io.arketic.rag.run.EventWaits;
import io.arketic.rag.run.EventWaits.Waiter;
import io.arketic.rag.workflow.DueTask;
import io.arketic.rag.workflow.Workflow;
import io.arketic.rag.workflow.WorkflowVersions;
import io.arketic.rag.workflow.Workflows;
import io.arketic.schema.tenancy.TenantContext;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Starts and wakes what waited for an event, where the member with whose rights it acts may see what the event is about.
 */
@Component
class EventTask implements DueTask {

    private record Signal(UUID id, String event, UUID subject, Map<String, Object> content, OffsetDateTime at) {}

    private static final Logger log = LoggerFactory.getLogger(EventTask.class);
    private static final String REPLY = "reply/";
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private final Transactions transactions;
    private final Workflows workflows;
    private final WorkflowVersions versions;
    private final Deliveries deliveries;
    private final EventWaits steps;
    private final Expressions expressions;
    private final JsonMapper json;

    EventTask(
            Transactions transactions,
            Workflows workflows,
            WorkflowVersions versions,
            Deliveries deliveries,
            EventWaits steps,
            Expressions expressions,
            JsonMapper json) {
        this.transactions = transactions;
        this.workflows = workflows;
        this.versions = versions;
        this.deliveries = deliveries;
        this.steps = steps;
        this.expressions = expressions;
        this.json = json;
    }

    @Override
    public String name() {
        return "workflow-event";
    }

    @Override
    public Optional<Instant> run(UUID organization, UUID id) {
        TenantContext context = TenantContext.ofOrganization(organization);
        Optional<Signal> found = transactions.run(
                context,
                sql -> sql.sql("SELECT * FROM workflow_signals WHERE id = :id")
                        .param("id", id)
                        .query((row, number) -> new Signal(
                                row.getObject("id", UUID.class),
                                row.getString("event_type"),
                                row.getObject("subject_id", UUID.class),
                                json.readValue(row.getString("content"), OBJECT),
                                row.getObject("created_at", OffsetDateTime.class)))
                        .optional());
        found.ifPresent(signal -> {
            List<UUID> waiting = transactions.run(
                    context,
                    sql -> sql.sql("""
                            SELECT id FROM workflows
                            WHERE event_type = :event AND status = 'active' AND trigger_type = 'event'
                              AND activated_at <= :at
                            ORDER BY id""")
                            .param("event", signal.event())
                            .param("at", signal.at())
                            .query(UUID.class)
                            .list());
            List<Throwable> failures = new ArrayList<>();
            waiting.forEach(workflow -> guarded(failures, () -> deliver(organization, workflow, signal)));
            transactions
                    .run(context, sql -> steps.find(sql, signal.event(), signal.at()))
                    .forEach(waiter -> guarded(failures, () -> wake(organization, waiter, signal)));
            refuse(failures, id);
            abandon(organization, id);
        });
        return Optional.empty();
    }

    @Override
    public void abandon(UUID organization, UUID id) {
        transactions.execute(
                TenantContext.ofOrganization(organization),
                sql -> sql.sql("DELETE FROM workflow_signals WHERE id = :id")
                        .param("id", id)
                        .update());
    }

    /** Runs one delivery; its failure delays no other. A repeated signal starts no second run of a workflow. */
    private static void guarded(List<Throwable> failures, Runnable delivery) {
        try {
            delivery.run();
        } catch (RuntimeException | Error failure) {
            failures.add(failure);
        }
    }

    /** @throws IllegalStateException when a delivery failed: the signal stays and is delivered again */
    private static void refuse(List<Throwable> failures, UUID signal) {
        if (!failures.isEmpty()) {
            IllegalStateException failed = new IllegalStateException(
                    failures.size() + " deliveries of the signal " + signal + " failed", failures.get(0));
            failures.stream().skip(1).forEach(failed::addSuppressed);
            throw failed;
        }
    }

    private void wake(UUID organization, Waiter waiter, Signal signal) {
        if (waiter.acting() == null) {
            return;
        }
        transactions.execute(TenantContext.of(organization, waiter.acting()), sql -> {
            if (seen(sql, signal)) {
                steps.wake(sql, waiter.stepRun(), signal.event(), signal.content());
            }
        });
    }

    private void deliver(UUID organization, UUID id, Signal signal) {
        UUID acting = transactions.run(
                TenantContext.ofOrganization(organization),
                sql -> workflows.find(sql, id).map(Workflow::activatedById).orElse(null));
        if (acting == null) {
            return;
        }
        transactions.execute(TenantContext.of(organization, acting), sql -> {
            Workflow workflow = workflows.find(sql, id).orElse(null);
            if (workflow == null || workflow.activeVersion() == null || !seen(sql, signal)) {
                return;
            }
            Map<String, Object> trigger = new LinkedHashMap<>(signal.content());
            trigger.put("type", "event");
            trigger.put("event", signal.event());
            String filter = versions.definition(sql, id, workflow.activeVersion())
                    .trigger()
                    .filter();
            if (filter == null || passes(filter, trigger, id)) {
                deliveries.start(sql, workflow, signal.id().toString(), trigger);
            }
        });
    }

    /** Returns whether the current user can see the subject of the event, by row-level security. */
    private static boolean seen(JdbcClient sql, Signal signal) {
        String table = switch (signal.event().startsWith(REPLY) ? "message.posted" : signal.event()) {
            case "message.posted" -> "SELECT EXISTS (SELECT FROM chats WHERE id = :id)";
            case "member.joined" -> "SELECT EXISTS (SELECT FROM organization_members WHERE user_id = :id)";
            case "generation.activated" -> "SELECT EXISTS (SELECT FROM knowledge_bases WHERE id = :id)";
            default -> "SELECT EXISTS (SELECT FROM knowledge_documents WHERE id = :id)";
        };
        return sql.sql(table).param("id", signal.subject()).query(Boolean.class).single();
    }

    private boolean passes(String filter, Map<String, Object> trigger, UUID workflow) {
        try {
            return Boolean.TRUE.equals(expressions.compile(filter).evaluate(Map.of("trigger", trigger)));
        } catch (ExpressionException failure) {
            log.info("The filter of workflow {} failed: {}", workflow, failure.getMessage());
            return false;
        }
    }
}
