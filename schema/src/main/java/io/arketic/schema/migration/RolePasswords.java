package io.arketic.schema.migration;

/**
 * What the product's roles log in with.
 *
 * @param application of {@code arketic_app}: the API's requests
 * @param ingest of {@code arketic_ingest}: the jobs
 * @param maintenance of {@code arketic_maintenance}: the API's work in the background
 */
public record RolePasswords(String application, String ingest, String maintenance) {

    /** One password for all. A role is not another one's by it: its rights are its name's. */
    public static RolePasswords same(String password) {
        return new RolePasswords(password, password, password);
    }

    /** Nothing of them. */
    @Override
    public String toString() {
        return "RolePasswords[…]";
    }
}
