package io.arketic.cli;

import io.arketic.cli.ask.AskCommand;
import io.arketic.cli.ask.DemoCommand;
import io.arketic.cli.ask.WhyNotCommand;
import io.arketic.cli.backup.BackupCommand;
import io.arketic.cli.drive.DocsCommand;
import io.arketic.cli.drive.KnowledgeBaseCommand;
import io.arketic.cli.evaluate.EvalCommand;
import io.arketic.cli.file.DropCommand;
import io.arketic.cli.file.ExtractCommand;
import io.arketic.cli.file.IngestCommand;
import io.arketic.cli.file.LedgerCommand;
import io.arketic.cli.operate.DatabaseCommand;
import io.arketic.cli.operate.DoctorCommand;
import io.arketic.cli.operate.SeedCommand;
import io.arketic.cli.prove.ProveCommand;
import io.arketic.cli.reindex.ReindexCommand;
import io.arketic.cli.stack.DownCommand;
import io.arketic.cli.stack.GrantCommand;
import io.arketic.cli.stack.KeysCommand;
import io.arketic.cli.stack.LogsCommand;
import io.arketic.cli.stack.MailCommand;
import io.arketic.cli.stack.PsqlCommand;
import io.arketic.cli.stack.SchemaCommand;
import io.arketic.cli.stack.StatusCommand;
import io.arketic.cli.stack.TokenCommand;
import io.arketic.cli.stack.UpCommand;
import io.arketic.cli.terminal.ExitStatus;
import io.arketic.cli.terminal.Failures;
import io.arketic.cli.terminal.StandardOutput;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Runs the {@code arketic} command. */
@Command(
        name = "infra/arketic",
        mixinStandardHelpOptions = true,
        version = "Arketic 0.1.0",
        description = "Answers questions about files in an object store, with citations that can be checked.",
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {
            "0:done",
            "1:failed; one line on standard error says why",
            "2:wrong use, or something is missing on this machine",
            "3:done except for what the output names",
            "130:interrupted"
        },
        subcommands = {
            DemoCommand.class,
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            DropCommand.class,
            AskCommand.class,
            WhyNotCommand.class,
            EvalCommand.class,
            LedgerCommand.class,
            DocsCommand.class,
            KnowledgeBaseCommand.class,
            IngestCommand.class,
            ReindexCommand.class,
            ProveCommand.class,
            BackupCommand.class,
            ExtractCommand.class,
            TokenCommand.class,
            MailCommand.class,
            KeysCommand.class,
            GrantCommand.class,
            DoctorCommand.class,
            DatabaseCommand.class,
            SeedCommand.class,
            PsqlCommand.class,
            SchemaCommand.class,
            LogsCommand.class
        })
public final class Arketic {

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "On failure, also print the stack trace.")
    private boolean verbose;

    private Arketic() {}

    public static void main(String[] arguments) {
        StandardOutput output = StandardOutput.install();
        int status = commandLine().execute(arguments);
        System.exit(status == 0 && output.failed(System.err) ? ExitStatus.FAILED : status);
    }

    static CommandLine commandLine() {
        var arketic = new Arketic();
        var commandLine = new CommandLine(arketic);
        for (String passing : List.of("psql", "schema")) {
            Objects.requireNonNull(commandLine.getSubcommands().get(passing))
                    .setUnmatchedOptionsArePositionalParams(true);
        }
        return commandLine
                .setUsageHelpAutoWidth(true)
                .setExecutionExceptionHandler((failure, command, result) -> arketic.report(failure, command));
    }

    private int report(Exception failure, CommandLine command) {
        if (failure instanceof InterruptedException) {
            return ExitStatus.INTERRUPTED;
        }
        command.getErr().println("arketic: " + Failures.describe(failure));
        if (verbose) {
            failure.printStackTrace(command.getErr());
        }
        command.getErr().flush();
        return Failures.exitStatus(failure);
    }
}
