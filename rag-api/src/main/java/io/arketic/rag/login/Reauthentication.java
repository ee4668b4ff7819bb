package io.arketic.rag.login;

import io.arketic.rag.account.Credentials;
import io.arketic.rag.account.Passwords;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.tenancy.TenantContext;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Requires the password once more, before operations that a stolen access token must not allow. */
@Component
public class Reauthentication {

    private final Credentials credentials;
    private final Passwords passwords;
    private final SessionProofs proofs;
    private final SecondFactors secondFactors;
    private final Transactions transactions;

    Reauthentication(
            Credentials credentials,
            Passwords passwords,
            SessionProofs proofs,
            SecondFactors secondFactors,
            Transactions transactions) {
        this.credentials = credentials;
        this.passwords = passwords;
        this.proofs = proofs;
        this.secondFactors = secondFactors;
        this.transactions = transactions;
    }

    /**
     * Refuses a caller without the account's password, and without its second factor if it has one.
     *
     * @param code of the second factor; good once
     */
    public void confirm(Caller caller, String password, @Nullable String code) {
        confirmed(caller, password, code, sql -> true);
    }

    /** Confirms like {@link #confirm}, and runs {@code work} in the transaction that uses the code: both or neither. */
    public <T> T confirmed(Caller caller, String password, @Nullable String code, Function<JdbcClient, T> work) {
        Credentials.Known known = prove(caller, password);
        if (known.twoFactor() && code == null) {
            throw ProblemException.ofField(ProblemReason.INVALID_INPUT, "two_factor_code", "is required");
        }
        return proofs.attempt(
                        caller,
                        () -> transactions.run(TenantContext.ofUser(caller.userId()), (JdbcClient sql) -> {
                            if (!credentials.stillOpen(sql, known)) {
                                throw refusal();
                            }
                            if (known.twoFactor()
                                    && !secondFactors.accepts(sql, caller.userId(), String.valueOf(code))) {
                                return Optional.<T>empty();
                            }
                            return Optional.of(work.apply(sql));
                        }))
                .orElseThrow(() ->
                        ProblemException.ofField(ProblemReason.INVALID_INPUT, "two_factor_code", "is not valid now"));
    }

    Credentials.Known prove(Caller caller, String password) {
        Credentials.Known known = credentials
                .find(caller.userId())
                .filter(Credentials.Known::active)
                .orElseThrow(Reauthentication::refusal);
        return proofs.attempt(
                        caller,
                        () -> Optional.of(known)
                                .filter(here -> passwords.matches(
                                        password, here.passwordSalt(), hash -> credentials.opens(here.userId(), hash))))
                .orElseThrow(Reauthentication::refusal);
    }

    public static ProblemException refusal() {
        return new ProblemException(ProblemReason.WRONG_PASSWORD, "This is not the account's password.");
    }
}
