package io.arketic.rag.identity;

import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.TenantContext;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Opens sessions. An unknown address, a wrong password, an account that is locked, suspended or not verified yet: all
 * get the same answer after the same work.
 */
@Component
class Logins {

    /** What came of a right password. */
    private sealed interface Attempt {

        record Opened(Tokens tokens) implements Attempt {}

        /** The account has changed since the password was looked at. */
        record Closed() implements Attempt {}

        record WrongCode() implements Attempt {}
    }

    private final Transactions transactions;
    private final Identifiers identifiers;
    private final Credentials credentials;
    private final FailedLogins failures;
    private final SecondFactors secondFactors;
    private final Passwords passwords;
    private final LoginThrottle throttle;
    private final Sessions sessions;
    private final AccessTokens accessTokens;
    private final RefreshTokens refreshTokens;

    Logins(
            Transactions transactions,
            Identifiers identifiers,
            Credentials credentials,
            FailedLogins failures,
            SecondFactors secondFactors,
            Passwords passwords,
            LoginThrottle throttle,
            Sessions sessions,
            AccessTokens accessTokens,
            RefreshTokens refreshTokens) {
        this.transactions = transactions;
        this.identifiers = identifiers;
        this.credentials = credentials;
        this.failures = failures;
        this.secondFactors = secondFactors;
        this.passwords = passwords;
        this.throttle = throttle;
        this.sessions = sessions;
        this.accessTokens = accessTokens;
        this.refreshTokens = refreshTokens;
    }

    /** @param code of the second factor, where the account has one */
    Tokens login(String email, String password, @Nullable String code, String userAgent) {
        throttle.admit(email);
        Optional<Credentials.Known> found = credentials.find(email);
        boolean matches = passwords.matches(
                password, found.map(Credentials.Known::passwordHash).orElse(null));
        if (!matches || !found.orElseThrow().open()) {
            throw failed(email, found, refusal());
        }
        Credentials.Known known = found.get();
        if (known.twoFactor() && code == null) {
            throw new ProblemException(
                    ProblemReason.TWO_FACTOR_REQUIRED,
                    "Send two_factor_code along: the authenticator's, or a recovery code.");
        }
        Attempt attempt = transactions.run(TenantContext.ofUser(known.userId()), sql -> {
            if (!credentials.stillOpen(sql, known)) {
                return new Attempt.Closed();
            }
            if (known.twoFactor() && !secondFactors.accepts(sql, known.userId(), String.valueOf(code))) {
                return new Attempt.WrongCode();
            }
            return new Attempt.Opened(open(sql, known.userId(), known.twoFactor(), userAgent));
        });
        if (attempt instanceof Attempt.Opened opened) {
            throttle.succeeded(email);
            return opened.tokens();
        }
        throw failed(
                email,
                found,
                attempt instanceof Attempt.WrongCode
                        ? new ProblemException(
                                ProblemReason.TWO_FACTOR_CODE_INVALID, "The code is wrong, expired or used before.")
                        : refusal());
    }

    /** A new session, in the transaction that proved who the user is. */
    Tokens open(JdbcClient sql, UUID userId, boolean secondFactor, String userAgent) {
        credentials.noteSuccess(sql, userId);
        UUID sessionId = sessions.open(sql, userId, secondFactor, userAgent);
        return tokens(userId, sessionId, refreshTokens.issue(sql, userId, sessionId));
    }

    Tokens refresh(SecretToken token) {
        if (refreshTokens.rotate(token) instanceof RefreshTokens.Rotation.Rotated rotated) {
            return tokens(rotated.userId(), rotated.sessionId(), rotated.successor());
        }
        throw new ProblemException(
                ProblemReason.REFRESH_TOKEN_INVALID, "Unknown, expired, revoked or used before; log in again.");
    }

    private ProblemException failed(String email, Optional<Credentials.Known> found, ProblemException answer) {
        throttle.failed(email);
        failures.note(found.map(Credentials.Known::userId).orElseGet(identifiers::next));
        return answer;
    }

    private static ProblemException refusal() {
        return new ProblemException(
                ProblemReason.BAD_CREDENTIALS, "There is no active account with this address and password.");
    }

    private Tokens tokens(UUID userId, UUID sessionId, SecretToken refreshToken) {
        return new Tokens(
                accessTokens.issue(userId, sessionId),
                refreshToken.text(),
                "Bearer",
                accessTokens.lifetime().toSeconds());
    }
}
