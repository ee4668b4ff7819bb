package io.arketic.rag.deployment;

import io.arketic.schema.tenancy.TenantDatabase;

/**
 * Opens the database for the work in the background, with a separate role and separate connections. That role may call
 * functions across tenants; a request's role may not.
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
