package io.arketic.cli.operate;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.schema.migration.SchemaMigrator;
import io.arketic.schema.tenancy.DatabaseSettings;
import io.arketic.services.Fixtures;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class DatabaseDoctorIT {

    @Test
    void theLimitsOfTheRolesAndOfTheServerAreRead() throws Exception {
        Fixtures.Database database = Fixtures.database("migrated", DatabaseDoctorIT::migrate);
        try (Connection connection = DriverManager.getConnection(database.url(), database.user(), database.password());
                Statement statement = connection.createStatement()) {
            ConnectionBudget.Limits limits = DatabaseDoctor.limits(statement);

            assertThat(limits.places()).isGreaterThan(100);
            assertThat(limits.ofRoles().get("arketic_app")).isBetween(5, limits.places());
            assertThat(limits.ofRoles().get("arketic_ingest")).isBetween(5, limits.places());
            assertThat(limits.ofRoles().get("arketic_maintenance")).isBetween(5, limits.places());
        }
    }

    private static void migrate(Fixtures.Database database) {
        new SchemaMigrator(
                        new DatabaseSettings(database.url(), database.user(), database.password(), 1),
                        Fixtures.ROLE_PASSWORD)
                .migrate();
    }
}
