package io.arketic.cli.stack;

import io.arketic.cli.terminal.Terminal;
import io.arketic.schema.tenancy.DatabaseSettings;
import io.arketic.services.DatabaseAccess;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Migrates, checks and maintains the stack's database. */
@Command(
        name = "schema",
        description = {"Migrates, checks and maintains the stack's database.", io.arketic.schema.SchemaCommand.USAGE})
public final class SchemaCommand implements Callable<Integer> {

    @SuppressWarnings("UnusedVariable") // picocli acts on it
    @Option(names = "--help", usageHelp = true, description = "Show this.")
    private boolean help;

    @Parameters(arity = "0..*", paramLabel = "ARGS", description = "One of the commands above.")
    private List<String> arguments = List.of();

    @Override
    public Integer call() throws SQLException {
        Stack stack = Stack.current();
        DatabaseAccess owner = stack.settings().owner();
        return new io.arketic.schema.SchemaCommand(
                        new DatabaseSettings(owner.url(), owner.user(), owner.password(), 1),
                        StackSteps.passwords(stack.settings()),
                        Terminal.system()::line)
                .run(arguments);
    }
}
