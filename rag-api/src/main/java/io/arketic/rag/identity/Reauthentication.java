package io.arketic.rag.identity;

import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.TenantContext;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Asks for the password once more, before what a stolen access token must not do. Wrong ones count as failed logins. */
@Component
public class Reauthentication {

    private final Credentials credentials;
    private final Passwords passwords;
    private final FailedLogins failures;
    private final SecondFactors secondFactors;
    private final Transactions transactions;

    Reauthentication(
            Credentials credentials,
            Passwords passwords,
            FailedLogins failures,
            SecondFactors secondFactors,
            Transactions transactions) {
        this.credentials = credentials;
        this.passwords = passwords;
        this.failures = failures;
        this.secondFactors = secondFactors;
        this.transactions = transactions;
    }

    /**
     * Refuses whoever does not show the account's password, and its second factor where it has one.
     *
     * @param code of the second factor; good once
     */
    public void confirm(Caller caller, String password, @Nullable String code) {
        confirmed(caller, password, code, sql -> true);
    }

    /** As {@link #confirm}, and runs {@code work} in the transaction that spends the code: together or not at all. */
    <T> T confirmed(Caller caller, String password, @Nullable String code, Function<JdbcClient, T> work) {
        Credentials.Known known = prove(caller, password);
        if (known.twoFactor() && code == null) {
            throw ProblemException.ofField(ProblemReason.INVALID_INPUT, "two_factor_code", "is required");
        }
        Optional<T> done = transactions.run(TenantContext.ofUser(caller.userId()), sql -> {
            if (!credentials.stillOpen(sql, known)) {
                throw refusal();
            }
            if (known.twoFactor() && !secondFactors.accepts(sql, caller.userId(), String.valueOf(code))) {
                return Optional.empty();
            }
            return Optional.of(work.apply(sql));
        });
        return done.orElseThrow(() -> {
            failures.note(caller.userId());
            return ProblemException.ofField(ProblemReason.INVALID_INPUT, "two_factor_code", "is not valid now");
        });
    }

    Credentials.Known prove(Caller caller, String password) {
        Credentials.Known known = credentials.find(caller.userId()).orElseThrow(Reauthentication::refusal);
        if (!passwords.matches(password, known.passwordHash())) {
            failures.note(known.userId());
            throw refusal();
        }
        if (!known.open()) {
            throw refusal();
        }
        return known;
    }

    static ProblemException refusal() {
        return new ProblemException(
                ProblemReason.WRONG_PASSWORD, "This is not the account's password, or the account is locked.");
    }
}
