package io.arketic.rag.identity;

import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import org.springframework.stereotype.Component;

/** Asks for the password once more, before what a stolen access token must not do. Wrong ones count as failed logins. */
@Component
class Reauthentication {

    private final Credentials credentials;
    private final Passwords passwords;
    private final FailedLogins failures;

    Reauthentication(Credentials credentials, Passwords passwords, FailedLogins failures) {
        this.credentials = credentials;
        this.passwords = passwords;
        this.failures = failures;
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
