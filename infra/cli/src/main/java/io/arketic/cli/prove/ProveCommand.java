package io.arketic.cli.prove;

import io.arketic.cli.terminal.CommandException;
import io.arketic.cli.terminal.ExitStatus;
import io.arketic.cli.terminal.Terminal;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks the product's claims on the running stack. */
@Command(
        name = "prove",
        mixinStandardHelpOptions = true,
        description = {
            "switch: asks all the time while documents are updated and deleted and the index is rebuilt, switched and switched"
                    + " back: no query fails, none mixes versions or generations, none misses a document or returns one that"
                    + " was deleted.",
            "chaos: ends TaskManager, JobManager, Kafka, API and PostgreSQL as kill -9 does while documents come, change and go"
                    + " and while another generation of the index is built: what is indexed in the end equals a run that"
                    + " no kill disturbed, in both generations, and the ledger is conserved.",
            "portable: a knowledge base is exported, removed and imported into another organization: the same questions find"
                    + " the same chunks with the same scores, and nothing is embedded.",
            "freshness: how long a dropped file takes until it is found, and a removed one until it is gone.",
            "fence: stops TaskManagers amid embedding and between look and deletion, changes the object, lets another"
                    + " TaskManager finish it, and continues the stopped one: it changes no row. An older object that is put"
                    + " back is found within 10 s. Start the stack with --taskmanagers 2 before.",
            "parked: files whose model is down and a file that the store does not deliver wait and are shown, a large file of"
                    + " another knowledge base is indexed, no job restarts, and all are indexed by themselves later. It says how"
                    + " to start the stack.",
            "workflows: ends the API as kill -9 does while workflows run; each message is written once, and each call reaches a"
                    + " receiver on this machine once, or is unknown and waits. Start the stack with"
                    + " ARKETIC_OUTBOUND_ALLOWED_NETWORKS=127.0.0.1/32.",
            "recovery: loses everything but the repository and its key at one moment, and restores it elsewhere: how much was"
                    + " written after the last thing that came back (RPO), how long it took (RTO), and that an earlier time"
                    + " comes back exactly. Start the stack with up --backup.",
            "failover: ends the primary of two PostgreSQL servers while files come and two callers write and ask: Patroni alone,"
                    + " its guard alone, PostgreSQL alone, or all of them. Writes go on within 30 s each, no write that the"
                    + " API acknowledged is lost, none is doubled, no answer is wrong. Start the stack with up --replica.",
            "Each works in a knowledge base of its own on the running stack (infra/arketic up), and removes it where the claim"
                    + " holds. The figures are on the last line; ends with 0 only where the claim holds."
        })
public final class ProveCommand implements Callable<Integer> {

    private enum Claim {
        SWITCH(60, 0),
        CHAOS(2_000, 30),
        FRESHNESS(30, 0),
        PORTABLE(100, 0),
        WORKFLOWS(1_000, 20),
        FENCE(10, 0),
        RECOVERY(40, 0),
        FAILOVER(40, 10),
        PARKED(30, 0);

        private final int documents;
        private final int kills;

        Claim(int documents, int kills) {
            this.documents = documents;
            this.kills = kills;
        }
    }

    @Parameters(
            paramLabel = "switch|chaos|freshness|portable|workflows|fence|recovery|parked|failover",
            description = "What to prove.")
    private String claim = "";

    @Option(
            names = {"--documents", "--executions"},
            paramLabel = "N",
            description =
                    "How many (defaults: 60, 2000, 30, 100, 1000, 40; parked: 30; failover: 40; fence takes none).")
    private @Nullable Integer documents;

    @Option(
            names = "--kills",
            paramLabel = "N",
            description = "How often chaos, workflows and failover end a process (defaults: 30, 20, 10).")
    private @Nullable Integer kills;

    @Override
    public Integer call() throws Exception {
        Claim wanted;
        try {
            wanted = Claim.valueOf(claim.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw CommandException.unusable(
                    "prove switch, chaos, freshness, portable, workflows, fence, recovery, parked or failover, not "
                            + claim);
        }
        int most = documents == null ? wanted.documents : documents;
        int ends = kills == null ? wanted.kills : kills;
        if (most < 10 || ends < 0) {
            throw CommandException.unusable("--documents must be at least 10 and --kills not negative");
        }
        var terminal = Terminal.system();
        boolean holds = switch (wanted) {
            case SWITCH -> new ProveSwitch(terminal, most).holds();
            case CHAOS -> new ProveChaos(terminal, most, ends).holds();
            case FRESHNESS -> new ProveFreshness(terminal, most).holds();
            case PORTABLE -> new ProvePortable(terminal, most).holds();
            case PARKED -> new ProveParked(terminal, most).holds();
            case WORKFLOWS -> new ProveWorkflows(terminal, most, ends).holds();
            case FENCE -> new ProveFence(terminal).holds();
            case FAILOVER -> new ProveFailover(terminal, most, ends).holds();
            case RECOVERY -> new ProveRecovery(terminal, most).holds();
        };
        return holds ? 0 : ExitStatus.FAILED;
    }
}
