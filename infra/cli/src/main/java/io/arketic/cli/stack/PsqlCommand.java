package io.arketic.cli.stack;

import io.arketic.services.DatabaseAccess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Opens the stack's database. */
@Command(
        name = "psql",
        description = {
            "Opens the stack's database with psql, as its owner, with access to the rows of every tenant.",
            "All arguments are psql's: infra/arketic psql -c 'select count(*) from knowledge_chunks'"
        })
public final class PsqlCommand implements Callable<Integer> {

    @SuppressWarnings("UnusedVariable") // picocli acts on it
    @Option(names = "--help", usageHelp = true, description = "Show this.")
    private boolean help;

    @Parameters(arity = "0..*", paramLabel = "ARGS", description = "Arguments of psql.")
    private List<String> arguments = List.of();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Stack stack = Stack.current();
        DatabaseAccess owner = stack.settings().owner();
        List<String> command = new ArrayList<>();
        command.add(stack.local().postgresBinaries().resolve("psql").toString());
        command.add("--dbname=" + stack.settings().ownerAddress());
        command.addAll(arguments);
        var builder = new ProcessBuilder(command).inheritIO();
        builder.environment().put("PGUSER", owner.user());
        builder.environment().put("PGPASSWORD", owner.password());
        return builder.start().waitFor();
    }
}
