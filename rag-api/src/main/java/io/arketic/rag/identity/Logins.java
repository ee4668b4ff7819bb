package io.arketic.rag.identity;

import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.TenantContext;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Opens sessions. An unknown address, a wrong password, an account that is locked, suspended or not verified yet: all
 * get the same answer after the same work.
 */
@Component
class Logins {

    private final Transactions transactions;
    private final Identifiers identifiers;
    private final Credentials credentials;
    private final Passwords passwords;
    private final LoginThrottle throttle;
    private final Sessions sessions;
    private final AccessTokens accessTokens;
    private final RefreshTokens refreshTokens;

    Logins(
            Transactions transactions,
            Identifiers identifiers,
            Credentials credentials,
            Passwords passwords,
            LoginThrottle throttle,
            Sessions sessions,
            AccessTokens accessTokens,
            RefreshTokens refreshTokens) {
        this.transactions = transactions;
        this.identifiers = identifiers;
        this.credentials = credentials;
        this.passwords = passwords;
        this.throttle = throttle;
        this.sessions = sessions;
        this.accessTokens = accessTokens;
        this.refreshTokens = refreshTokens;
    }

    Tokens login(String email, String password, String userAgent) {
        throttle.admit(email);
        Optional<Credentials.Known> found = credentials.find(email);
        boolean matches = passwords.matches(
                password, found.map(Credentials.Known::passwordHash).orElse(null));
        if (!matches || !found.orElseThrow().open()) {
            throw failed(email, found);
        }
        Credentials.Known known = found.get();
        Optional<Tokens> opened = transactions.run(
                TenantContext.ofUser(known.userId()),
                sql -> credentials.stillOpen(sql, known)
                        ? Optional.of(open(sql, known.userId(), false, userAgent))
                        : Optional.empty());
        throttle.succeeded(email);
        return opened.orElseThrow(Logins::refusal);
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

    private ProblemException failed(String email, Optional<Credentials.Known> found) {
        throttle.failed(email);
        credentials.noteFailure(found.map(Credentials.Known::userId).orElseGet(identifiers::next));
        return refusal();
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
