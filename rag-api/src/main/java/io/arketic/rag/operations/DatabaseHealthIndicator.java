package io.arketic.rag.operations;

import io.arketic.rag.deployment.Transactions;
import io.arketic.schema.tenancy.TenantContext;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.stereotype.Component;

/** Reports readiness as {@code database}: a connection is available and answers. */
@Component
class DatabaseHealthIndicator extends AbstractHealthIndicator {

    private final Transactions transactions;

    DatabaseHealthIndicator(Transactions transactions) {
        super("The database does not answer");
        this.transactions = transactions;
    }

    @Override
    protected void doHealthCheck(Health.Builder health) {
        transactions.run(
                TenantContext.NONE,
                sql -> sql.sql("SELECT 1").query(Integer.class).single());
        health.up();
    }
}
