package io.arketic.cli;

import io.arketic.schema.DatabaseSettings;
import io.arketic.schema.SchemaMigrator;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Migrates a database that is not the local stack's. */
@Command(
        name = "migrate",
        mixinStandardHelpOptions = true,
        description = {
            "Brings a database to the newest schema and ends; for deployments, where no process of the product may do so"
                    + " (up does it for the local stack).",
            "Takes from the environment: ARKETIC_DATABASE_URL, ARKETIC_DATABASE_OWNER_USER and"
                    + " ARKETIC_DATABASE_OWNER_PASSWORD (a superuser, who makes the extension and the roles), and"
                    + " ARKETIC_DATABASE_PASSWORD, which the role arketic_app gets."
        })
final class MigrateCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        Map<String, String> environment = System.getenv();
        var owner = new DatabaseSettings(
                require(environment, "ARKETIC_DATABASE_URL"),
                require(environment, "ARKETIC_DATABASE_OWNER_USER"),
                require(environment, "ARKETIC_DATABASE_OWNER_PASSWORD"),
                2);
        int applied = new SchemaMigrator(owner, require(environment, "ARKETIC_DATABASE_PASSWORD")).migrate();
        Terminal.system().line(applied == 0 ? "The schema is up to date." : applied + " migrations applied.");
        return 0;
    }

    private static String require(Map<String, String> environment, String variable) {
        String value = environment.get(variable);
        if (value == null || value.isBlank()) {
            throw CommandException.unusable("set " + variable);
        }
        return value;
    }
}
