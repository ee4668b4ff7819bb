package io.arketic.rag.run;

import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.organization.Memberships;
import io.arketic.schema.tenancy.TenantContext;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Opens the transactions in which a run goes on, for the member with whose rights it acts. */
@Component
class RunTransactions {

    private final Transactions transactions;
    private final Memberships memberships;
    private final ExecutionRows rows;
    private final RunEnd ending;
    private final RunLimits limits;

    RunTransactions(
            Transactions transactions, Memberships memberships, ExecutionRows rows, RunEnd ending, RunLimits limits) {
        this.transactions = transactions;
        this.memberships = memberships;
        this.rows = rows;
        this.ending = ending;
        this.limits = limits;
    }

    /** Runs with the lock of the run's row and the rights of its acting member. */
    interface Work<T> {
        Optional<T> run(JdbcClient sql, ExecutionRow locked, Membership membership);
    }

    /** Does the work unless the run has ended, is paused, or may not go on: then it ends here. */
    <T> Optional<T> within(ExecutionRow found, Work<T> work) {
        UUID acting = found.actingUserId();
        if (acting == null) {
            fail(found.organizationId(), found.id(), "The member with whose rights it runs is no longer there");
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

    /** Ends a run as failed, unless it has ended. */
    void fail(UUID organization, UUID execution, String message) {
        transactions.execute(
                TenantContext.ofOrganization(organization),
                sql -> rows.lock(sql, execution)
                        .filter(locked -> !locked.ended())
                        .ifPresent(locked -> ending.end(sql, locked, "failed", null, message)));
    }

    /** Returns whether the organization has room for one more run under way. */
    boolean admitted(JdbcClient sql, UUID organization) {
        sql.sql("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
                .param("name", "workflow-runs/" + organization)
                .query((row, number) -> true)
                .list();
        return sql.sql("SELECT count(*) FROM workflow_executions WHERE status = 'running'")
                        .query(Integer.class)
                        .single()
                < limits.runs();
    }
}
