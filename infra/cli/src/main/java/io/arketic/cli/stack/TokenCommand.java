package io.arketic.cli.stack;

import io.arketic.cli.api.DemoUser;
import io.arketic.cli.terminal.Terminal;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Prints a token. */
@Command(
        name = "token",
        mixinStandardHelpOptions = true,
        description = {
            "Prints a bearer token of the demo user, valid for some minutes:",
            "curl -H \"Authorization: Bearer $(infra/arketic token)\" http://127.0.0.1:8080/api/v1/organizations"
        })
public final class TokenCommand implements Callable<Integer> {

    @Override
    public Integer call() throws IOException, InterruptedException {
        Stack stack = Stack.current();
        Terminal.system().line(DemoUser.signIn(stack.checkout(), stack.api()).token());
        return 0;
    }
}
