package io.arketic.cli.ask;

import io.arketic.cli.api.DemoUser;
import io.arketic.cli.api.KnowledgeBase;
import io.arketic.cli.stack.Stack;
import io.arketic.cli.terminal.CommandException;
import io.arketic.cli.terminal.Terminal;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks a question. */
@Command(
        name = "ask",
        mixinStandardHelpOptions = true,
        description = {
            "Asks a knowledge base as the demo user. Prints the answer while it comes, then its citations: number, file, page,"
                    + " characters, quote."
        })
public final class AskCommand implements Callable<Integer> {

    @Parameters(paramLabel = "QUESTION", description = "In quotes.")
    private String question = "";

    @Option(names = "--kb", paramLabel = "ID", description = "The knowledge base (default: that of the demo).")
    private @Nullable UUID knowledgeBase;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (question.isBlank()) {
            throw CommandException.unusable("the question is empty");
        }
        Stack stack = Stack.current();
        DemoUser user = DemoUser.signIn(stack.checkout(), stack.api());
        KnowledgeBase target = KnowledgeBase.find(user, knowledgeBase);
        new Conversation(user.api(), Terminal.system()).ask(target.organizationId(), target.id(), question);
        return 0;
    }
}
