package io.arketic.schema.migration;

/**
 * Holds the passwords of the product's roles.
 *
 * @param application of {@code arketic_app}: the API's requests
 * @param ingest of {@code arketic_ingest}: the jobs
 * @param maintenance of {@code arketic_maintenance}: the API's work in the background
 */
public record RolePasswords(String application, String ingest, String maintenance) {

    /** Uses one password for all roles. The rights of a role come from its name, so they stay separate. */
    public static RolePasswords same(String password) {
        return new RolePasswords(password, password, password);
    }

    /** Shows no password. */
    @Override
    public String toString() {
        return "RolePasswords[…]";
    }
}
