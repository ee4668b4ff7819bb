package io.arketic.benchmarks;

import io.arketic.schema.ledger.KnowledgeTarget;
import io.arketic.schema.migration.SchemaMigrator;
import io.arketic.schema.tenancy.DatabaseSettings;
import io.arketic.schema.tenancy.TenantContext;
import io.arketic.schema.tenancy.TenantDatabase;
import io.arketic.services.Fixtures;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/** Holds a migrated database of a benchmark's own, open as each role of the product. */
record OwnDatabase(
        Fixtures.Database owner, TenantDatabase application, TenantDatabase ingest, TenantDatabase maintenance)
        implements AutoCloseable {

    /** Requests use one connection, so that its process can be measured. */
    static OwnDatabase open() {
        Fixtures.Database owner = Fixtures.database();
        String password = UUID.randomUUID().toString();
        new SchemaMigrator(new DatabaseSettings(owner.url(), owner.user(), owner.password(), 1), password).migrate();
        return new OwnDatabase(
                owner,
                TenantDatabase.open(new DatabaseSettings(owner.url(), "arketic_app", password, 1)),
                TenantDatabase.open(new DatabaseSettings(owner.url(), "arketic_ingest", password, 2)),
                TenantDatabase.open(new DatabaseSettings(owner.url(), "arketic_maintenance", password, 1)));
    }

    /** Creates an organization with a knowledge base. */
    KnowledgeTarget target(String slug, String model) throws SQLException {
        UUID user = UUID.randomUUID();
        application.transaction(
                TenantContext.ofUser(user), connection -> id(connection, """
                insert into users (id, email, password_hash, first_name, last_name)
                values (?, ?, 'x', 'A', 'B') returning id""", user, slug + "@example.org"));
        UUID organization = UUID.randomUUID();
        UUID base = application.transaction(TenantContext.of(organization, user), connection -> {
            id(
                    connection,
                    "insert into organizations (id, name, slug) values (?, ?, ?) returning id",
                    organization,
                    slug,
                    slug);
            id(connection, "insert into organization_members (user_id, role) values (?, 'owner') returning id", user);
            return id(connection, """
                    insert into knowledge_bases (owner_id, name, embedding_model, vector_store_type)
                    values (?, 'Base', ?, 'pgvector') returning id""", user, model);
        });
        return new KnowledgeTarget(organization, base, 1, model, 1000, 200);
    }

    /** Runs a statement as a superuser. */
    void execute(String statement) throws SQLException {
        try (Connection connection = DriverManager.getConnection(owner.url(), owner.user(), owner.password());
                PreparedStatement executed = connection.prepareStatement(statement)) {
            executed.execute();
        }
    }

    private static UUID id(Connection connection, String insert, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getObject(1, UUID.class);
            }
        }
    }

    @Override
    public void close() {
        application.close();
        ingest.close();
        maintenance.close();
    }
}
