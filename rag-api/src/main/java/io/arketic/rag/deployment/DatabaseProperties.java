package io.arketic.rag.deployment;

import io.arketic.embeddings.SettingValue;
import io.arketic.schema.tenancy.DatabaseSettings;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Configures the API's access to PostgreSQL, under row-level security: requests use one role, the work in the
 * background another.
 *
 * @param maintenancePassword the application's where it is empty
 */
@ConfigurationProperties("arketic.database")
record DatabaseProperties(
        @DefaultValue("jdbc:postgresql://127.0.0.1:5433/arketic")
        String url,

        @DefaultValue("arketic_app") String user,
        @DefaultValue("") String password,
        @DefaultValue("arketic_maintenance") String maintenanceUser,
        @DefaultValue("") String maintenancePassword,
        @DefaultValue("10") int poolSize) {

    /** Sets the connections for the outbox, removals and periodic work. */
    private static final int MAINTENANCE_CONNECTIONS = 3;

    DatabaseProperties {
        SettingValue.databaseAddress("arketic.database.url", url);
        SettingValue.require(!user.isBlank(), "arketic.database.user", user, "the name of a role");
        SettingValue.require(
                !maintenanceUser.isBlank(), "arketic.database.maintenance-user", maintenanceUser, "the name of a role");
        SettingValue.atLeast("arketic.database.pool-size", poolSize, 1);
    }

    DatabaseSettings application() {
        return new DatabaseSettings(url, user, password, poolSize);
    }

    DatabaseSettings maintenance() {
        return new DatabaseSettings(
                url,
                maintenanceUser,
                maintenancePassword.isEmpty() ? password : maintenancePassword,
                MAINTENANCE_CONNECTIONS);
    }

    /** Shows no password. */
    @Override
    public String toString() {
        return "DatabaseProperties[url=" + url + ", user=" + user + ", maintenanceUser=" + maintenanceUser
                + ", poolSize=" + poolSize + "]";
    }
}
