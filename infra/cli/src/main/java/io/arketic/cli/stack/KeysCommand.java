package io.arketic.cli.stack;

import io.arketic.cli.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Changes the keys of encrypted columns. */
@Command(
        name = "keys",
        mixinStandardHelpOptions = true,
        description = {
            "rotate: adds a key for encrypted columns, which encrypts from now on; the old ones go on decrypting.",
            "A running API uses it without a restart."
        })
public final class KeysCommand implements Callable<Integer> {

    private enum Action {
        rotate
    }

    @SuppressWarnings("UnusedVariable") // there is one only, which picocli holds the word against
    @Parameters(paramLabel = "rotate", description = "What to do.")
    private Action action = Action.rotate;

    @Override
    public Integer call() throws IOException, GeneralSecurityException {
        Path file = Stack.current().settings().keysetFile();
        int keys = new EncryptionKeys(file).rotate();
        Terminal.system().line(file + " has " + keys + " keys; the newest encrypts. Back it up with the database.");
        return 0;
    }
}
