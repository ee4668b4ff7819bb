package io.arketic.schema;

/** Brings a database to the schema's newest version. Runs as the database's owner, once, before anything else. */
public final class SchemaMigrator {

    /** The owner's connection, and the password that the application role {@code arketic_app} is given. */
    public SchemaMigrator(DatabaseSettings owner, String applicationPassword) {}

    /** Applies what is missing; returns the number of migrations applied. */
    public int migrate() {
        throw new UnsupportedOperationException();
    }
}
