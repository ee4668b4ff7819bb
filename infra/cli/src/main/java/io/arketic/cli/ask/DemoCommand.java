package io.arketic.cli.ask;

import io.arketic.cli.api.DemoUser;
import io.arketic.cli.api.KnowledgeBase;
import io.arketic.cli.file.Drop;
import io.arketic.cli.stack.LedgerRow;
import io.arketic.cli.stack.Stack;
import io.arketic.cli.stack.StackProgress;
import io.arketic.cli.stack.StackUp;
import io.arketic.cli.stack.TearDown;
import io.arketic.cli.terminal.Addresses;
import io.arketic.cli.terminal.Checkout;
import io.arketic.cli.terminal.CommandException;
import io.arketic.cli.terminal.FileTree;
import io.arketic.cli.terminal.Terminal;
import io.arketic.schema.ledger.IngestState;
import io.arketic.schema.ledger.ObjectVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Shows the whole path of a file, from the bucket to a cited answer. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Starts the stack, registers a demo user with an organization and a knowledge base, drops the sample files into the"
                    + " bucket, waits until each has ended, and asks two questions. The stack stays up afterwards; a second"
                    + " demo uses what is there.",
            "Ends with 1 when a file is unaccounted for or an answer does not cite its source. Ctrl-C stops what this call"
                    + " started."
        })
public final class DemoCommand implements Callable<Integer> {

    private static final Duration ENDED_WITHIN = Duration.ofMinutes(10);

    /** Selects two questions: the first asks the PDF, the tenth the slides, and both formats have a page to check. */
    private static final List<Integer> ASKED = List.of(0, 9);

    /** Names the one sample that cannot be read. */
    private static final String ENCRYPTED_SAMPLE = "payroll-2026.pdf";

    @Override
    public Integer call() throws Exception {
        Instant began = Instant.now();
        Stack stack = Stack.current();
        var terminal = Terminal.system();
        var progress = new StackProgress(terminal);
        return TearDown.around(stack.local(), progress, () -> {
            new StackUp(stack, terminal, progress).run();
            DemoUser user = DemoUser.provide(stack.checkout(), stack.api());
            terminal.line("");
            terminal.line("Signed in as " + user.email() + " (password in " + shown(stack.checkout())
                    + "), knowledge base " + user.knowledgeBase());
            List<LedgerRow> rows = ingest(stack, user, terminal);
            ask(stack, user, terminal);
            summarize(stack, rows, Duration.between(began, Instant.now()), terminal);
            return 0;
        });
    }

    /** Shortens a path within the checkout. */
    private static Path shown(Checkout checkout) {
        Path file = checkout.demoState();
        return file.startsWith(checkout.root()) ? checkout.root().relativize(file) : file;
    }

    private static List<LedgerRow> ingest(Stack stack, DemoUser user, Terminal terminal)
            throws IOException, SQLException, InterruptedException {
        List<FileTree.Entry> samples =
                FileTree.of(List.of(stack.checkout().samples().resolve("files")));
        terminal.line("");
        terminal.line("Dropping " + samples.size() + " sample files into the bucket (infra/samples/files)");
        var drop = new Drop(stack, terminal);
        List<ObjectVersion> dropped = drop.put(KnowledgeBase.find(user, null), samples);
        List<LedgerRow> rows = drop.await(dropped, ENDED_WITHIN).rows();
        for (LedgerRow row : rows) {
            boolean expected = row.path().equals(ENCRYPTED_SAMPLE)
                    ? row.state() == IngestState.DEAD && "ENCRYPTED".equals(row.reason())
                    : row.state() == IngestState.INDEXED || row.state() == IngestState.UNCHANGED;
            if (!expected) {
                throw CommandException.failed("sample " + row.path() + " ended as "
                        + row.state().label() + (row.reason() == null ? "" : " (" + row.reason() + ")")
                        + "; see infra/arketic ledger --why");
            }
        }
        return rows;
    }

    private static void ask(Stack stack, DemoUser user, Terminal terminal) throws IOException, InterruptedException {
        List<SampleQuestion> questions =
                SampleQuestion.readAll(stack.checkout().samples().resolve("questions.tsv"));
        for (int index : ASKED) {
            SampleQuestion question = questions.get(index);
            terminal.line("");
            terminal.line("Question: " + question.question());
            terminal.part("Answer:   ");
            Answer answer = new Conversation(user.api(), terminal)
                    .ask(user.organization(), user.knowledgeBase(), question.question());
            if (!question.isAnsweredBy(answer)) {
                throw CommandException.failed(
                        "that answer does not say “" + question.phrase() + "” with a citation of " + question.source());
            }
        }
    }

    private static void summarize(Stack stack, List<LedgerRow> rows, Duration took, Terminal terminal) {
        long dead = rows.stream().filter(row -> row.state() == IngestState.DEAD).count();
        terminal.line("");
        terminal.line(rows.size() + " files dropped, " + (rows.size() - dead) + " indexed, " + dead
                + " dead with a reason (" + ENCRYPTED_SAMPLE + ": ENCRYPTED). " + Terminal.duration(took)
                + " in all.");
        terminal.line("");
        terminal.line("The stack is up. Open next:");
        Addresses.of(stack.settings()).forEach(address -> terminal.line("  " + address));
        terminal.line("Try next:");
        terminal.line("  infra/arketic ask \"How long is lost property kept?\"");
        terminal.line("  infra/arketic drop YOUR-FILES");
        terminal.line("  infra/arketic ledger");
        terminal.line("  infra/arketic down");
    }
}
