package io.arketic.rag.profile;

import io.arketic.rag.account.AccountMails;
import io.arketic.rag.account.Accounts;
import io.arketic.rag.account.User;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.login.Reauthentication;
import io.arketic.rag.mail.MailQueue;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Erases an account in one commit, by the database's {@code leave_chats} and {@code erase_account}. Its sessions and
 * API keys end with the commit. Organizations that go with it are hidden then; their files and rows are removed like
 * those of an organization that its owner removes.
 */
@Component
class AccountErasure {

    private record Outcome(@Nullable String lastOwnerOf, List<String> removed) {}

    private static final Logger log = LoggerFactory.getLogger(AccountErasure.class);

    private final Reauthentication reauthentication;
    private final Accounts accounts;
    private final MailQueue queue;
    private final AccountMails mails;

    AccountErasure(Reauthentication reauthentication, Accounts accounts, MailQueue queue, AccountMails mails) {
        this.reauthentication = reauthentication;
        this.accounts = accounts;
        this.queue = queue;
        this.mails = mails;
    }

    /** @param code of the second factor, where the account has one */
    void erase(Caller caller, String password, @Nullable String code) {
        String email = accounts.find(caller.userId()).map(User::email).orElseThrow(Reauthentication::refusal);
        Outcome outcome = reauthentication.confirmed(caller, password, code, sql -> {
            Outcome erased = erase(sql);
            queue.send(sql, mails.erased(email));
            return erased;
        });
        if (!outcome.removed().isEmpty()) {
            log.info(
                    "{} organizations go with an erased account",
                    outcome.removed().size());
        }
    }

    private static Outcome erase(JdbcClient sql) {
        sql.sql("SELECT leave_chats()").query((row, number) -> true).single();
        Outcome outcome = sql.sql("SELECT last_owner_of, removed FROM erase_account()")
                .query((row, number) -> {
                    String lastOwnerOf = row.getString("last_owner_of");
                    return new Outcome(
                            lastOwnerOf,
                            lastOwnerOf != null
                                    ? List.of()
                                    : Arrays.asList(
                                            (String[]) row.getArray("removed").getArray()));
                })
                .single();
        if (outcome.lastOwnerOf() != null) {
            throw new ProblemException(
                    ProblemReason.LAST_OWNER,
                    "'" + outcome.lastOwnerOf() + "' would be left without an owner; hand it to another member first.");
        }
        return outcome;
    }
}
