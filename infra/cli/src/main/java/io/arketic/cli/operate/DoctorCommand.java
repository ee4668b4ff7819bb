package io.arketic.cli.operate;

import io.arketic.cli.operate.Finding.Level;
import io.arketic.cli.stack.Stack;
import io.arketic.cli.terminal.ExitStatus;
import io.arketic.cli.terminal.Terminal;
import io.arketic.services.StackStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Checks whether a stack is fit for production. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = {
            "Checks secrets, TLS, open ports, backups, disk, clocks, versions, migrations, memory and connections of the"
                    + " running stack.",
            "Ends with 1 if a check fails, with --strict also on a warning, else with 0."
        })
public final class DoctorCommand implements Callable<Integer> {

    @Option(names = "--strict", description = "Warnings fail, too.")
    private boolean strict;

    @Override
    public Integer call() throws Exception {
        Stack stack = Stack.current();
        var terminal = Terminal.system();
        List<Finding> findings = findings(stack);
        findings.forEach(finding -> terminal.line(finding.line()));
        long failed = count(findings, Level.FAIL);
        long warned = count(findings, Level.WARN);
        terminal.line(findings.size() + " checks, " + failed + " failed, " + warned + " warnings");
        return failed > 0 || strict && warned > 0 ? ExitStatus.FAILED : 0;
    }

    static List<Finding> findings(Stack stack) throws Exception {
        List<Finding> findings = new ArrayList<>();
        findings.addAll(new SettingsDoctor(stack.settings()).findings());
        StackStatus status = stack.local().status();
        findings.addAll(MachineDoctor.findings(stack.settings(), status));
        findings.addAll(BackupDoctor.findings(stack.settings()));
        findings.addAll(new DatabaseDoctor(stack.settings(), status).findings());
        return findings;
    }

    private static long count(List<Finding> findings, Level level) {
        return findings.stream().filter(finding -> finding.level() == level).count();
    }
}
