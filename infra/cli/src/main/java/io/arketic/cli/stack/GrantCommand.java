package io.arketic.cli.stack;

import io.arketic.cli.terminal.Terminal;
import io.arketic.schema.tenancy.DatabaseSettings;
import io.arketic.services.DatabaseAccess;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Gives an account a system role. The API lets only operators appoint operators, so this command appoints the first
 * one.
 */
@Command(
        name = "grant",
        mixinStandardHelpOptions = true,
        description = {
            "Gives an account of the stack a system role; it holds from the account's next request on.",
            "super_admin administers accounts and subscriptions, admin sees accounts, user is everybody, viewer only reads."
        })
public final class GrantCommand implements Callable<Integer> {

    private enum Role {
        super_admin,
        admin,
        user,
        viewer
    }

    @Parameters(index = "0", paramLabel = "EMAIL", description = "The account's address.")
    private String email = "";

    @Parameters(index = "1", paramLabel = "ROLE", description = "${COMPLETION-CANDIDATES}.")
    private Role role = Role.user;

    @Override
    public Integer call() throws SQLException {
        Stack stack = Stack.current();
        DatabaseAccess owner = stack.settings().owner();
        return new io.arketic.schema.SchemaCommand(
                        new DatabaseSettings(owner.url(), owner.user(), owner.password(), 1),
                        StackSteps.passwords(stack.settings()),
                        Terminal.system()::line)
                .run(List.of("grant", email, role.name().toLowerCase(Locale.ROOT)));
    }
}
