package io.arketic.rag.deployment;

import io.arketic.schema.tenancy.TenantDatabase;

/**
 * The database as the work in the background reaches it: as a role of its own, through connections of its own. That role
 * calls what crosses tenants; a request's role does not.
 */
public final class MaintenanceDatabase implements AutoCloseable {

    private final TenantDatabase database;
    private final Transactions transactions;

    MaintenanceDatabase(TenantDatabase database) {
        this.database = database;
        this.transactions = new Transactions(database);
    }

    public TenantDatabase database() {
        return database;
    }

    public Transactions transactions() {
        return transactions;
    }

    @Override
    public void close() {
        database.close();
    }
}
