package io.arketic.cli.stack;

import io.arketic.cli.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the messages in the API's folder. */
@Command(
        name = "mail",
        mixinStandardHelpOptions = true,
        description = {
            "Shows the messages that the API left in a folder, the newest last. Messages go there while",
            "ARKETIC_MAIL_SMTP_HOST is not set."
        })
public final class MailCommand implements Callable<Integer> {

    @Option(
            names = "-n",
            defaultValue = "5",
            paramLabel = "COUNT",
            description = "How many of the newest (default: ${DEFAULT-VALUE}).")
    private int count;

    @Option(names = "--to", paramLabel = "ADDRESS", description = "Only those to this address.")
    private @Nullable String address;

    @Override
    public Integer call() throws IOException {
        Path folder = Stack.current().settings().mailDirectory();
        List<MailFolder.Message> messages = new MailFolder(folder).newest(count, address);
        var terminal = Terminal.system();
        if (messages.isEmpty()) {
            terminal.line("No messages in " + folder);
        }
        for (MailFolder.Message message : messages) {
            terminal.line(message.date() + "  to " + message.to() + "  " + message.subject());
            terminal.line("");
            message.text().lines().forEach(line -> terminal.line("    " + line));
            terminal.line("");
        }
        return 0;
    }
}
