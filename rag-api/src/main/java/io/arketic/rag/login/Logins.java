package io.arketic.rag.login;

import io.arketic.rag.account.Credentials;
import io.arketic.rag.account.DeviceTokens;
import io.arketic.rag.account.Passwords;
import io.arketic.rag.caller.AccessTokens;
import io.arketic.rag.caller.SecretToken;
import io.arketic.rag.caller.Sessions;
import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.login.LoginThrottle.Admission;
import io.arketic.rag.login.LoginThrottle.Source;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.tenancy.TenantContext;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Opens sessions. An unknown address, a wrong password, and a locked, suspended or unverified account all get the same
 * answer after the same work.
 */
@Component
class Logins {

    /**
     * Holds the data of a login.
     *
     * @param code of the second factor, where the account has one
     * @param deviceToken of an earlier login
     * @param network where it comes from
     */
    record Attempt(
            String email,
            String password,
            @Nullable String code,
            @Nullable String deviceToken,
            String network,
            String userAgent) {

        /** Shows no secrets. */
        @Override
        public String toString() {
            return "Attempt[email=" + email + ", network=" + network + "]";
        }
    }

    /** Says how the attempt ended. */
    private sealed interface Outcome {

        record Opened(Tokens tokens) implements Outcome {}

        record Refused(ProblemException answer) implements Outcome {}
    }

    private final Transactions transactions;
    private final Identifiers identifiers;
    private final Credentials credentials;
    private final FailedLogins failures;
    private final SecondFactors secondFactors;
    private final Passwords passwords;
    private final LoginThrottle throttle;
    private final DeviceTokens devices;
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
            DeviceTokens devices,
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
        this.devices = devices;
        this.sessions = sessions;
        this.accessTokens = accessTokens;
        this.refreshTokens = refreshTokens;
    }

    Tokens login(Attempt attempt) {
        Optional<Credentials.Known> found = credentials.find(attempt.email());
        Optional<String> device = devices.device(
                attempt.deviceToken(),
                attempt.email(),
                found.map(Credentials.Known::passwordSalt).orElse(null));
        Source source = device.map(Source::device).orElseGet(() -> Source.network(attempt.network()));
        UUID userId = found.map(Credentials.Known::userId).orElseGet(identifiers::next);
        admit(attempt.email(), source, userId);
        boolean decided = false;
        try {
            Outcome outcome = decide(attempt, found, userId, source);
            decided = true;
            if (outcome instanceof Outcome.Refused refused) {
                failures.note(userId);
                throw refused.answer();
            }
            throttle.succeeded(attempt.email(), source);
            String salt = found.orElseThrow().passwordSalt();
            return ((Outcome.Opened) outcome)
                    .tokens()
                    .on(device.map(name -> devices.of(name, attempt.email(), salt))
                            .orElseGet(() -> devices.issue(attempt.email(), salt)));
        } finally {
            if (!decided) {
                throttle.undo(attempt.email(), source);
            }
        }
    }

    private void admit(String email, Source source, UUID userId) {
        Admission admission = throttle.begin(email, source);
        if (admission instanceof Admission.SourceWaits waits) {
            throw ProblemException.tooManyRequests("Too many failed logins for this address.", waits.retryAfter());
        }
        if (admission instanceof Admission.AccountWaits waits) {
            failures.lock(userId);
            throw ProblemException.tooManyRequests(
                    "Too many failed logins for this address from many places. Send the device_token of an earlier login,"
                            + " or choose another password by mail.",
                    waits.retryAfter());
        }
    }

    private Outcome decide(Attempt attempt, Optional<Credentials.Known> found, UUID userId, Source source) {
        boolean matches = passwords.matches(
                attempt.password(),
                found.map(Credentials.Known::passwordSalt).orElse(null),
                hash -> credentials.opens(userId, hash));
        if (!matches || !found.orElseThrow().active() || found.get().locked() && !source.vouched()) {
            return refusal();
        }
        Credentials.Known known = found.get();
        String code = attempt.code();
        if (known.twoFactor() && code == null) {
            throw new ProblemException(
                    ProblemReason.TWO_FACTOR_REQUIRED,
                    "Send two_factor_code, too: a code of the authenticator, or a recovery code.");
        }
        return transactions.run(TenantContext.ofUser(known.userId()), sql -> {
            if (!credentials.stillOpen(sql, known)) {
                return refusal();
            }
            if (known.twoFactor() && !secondFactors.accepts(sql, known.userId(), String.valueOf(code))) {
                return new Outcome.Refused(new ProblemException(
                        ProblemReason.TWO_FACTOR_CODE_INVALID, "The code is wrong, expired or used before."));
            }
            return new Outcome.Opened(open(sql, known.userId(), known.twoFactor(), attempt.userAgent()));
        });
    }

    /** Opens a session, in the transaction that authenticated the user. */
    Tokens open(JdbcClient sql, UUID userId, boolean secondFactor, String userAgent) {
        return open(sql, userId, secondFactor, userAgent, null);
    }

    /** Opens a session like {@link #open(JdbcClient, UUID, boolean, String)}, for whom a provider vouched. */
    Tokens open(JdbcClient sql, UUID userId, boolean secondFactor, String userAgent, Sessions.@Nullable Origin origin) {
        credentials.noteSuccess(sql, userId);
        UUID sessionId = sessions.open(sql, userId, secondFactor, userAgent, origin);
        return tokens(userId, sessionId, refreshTokens.issue(sql, userId, sessionId));
    }

    Tokens refresh(SecretToken token) {
        if (refreshTokens.rotate(token) instanceof RefreshTokens.Rotation.Rotated rotated) {
            return tokens(rotated.userId(), rotated.sessionId(), rotated.successor());
        }
        throw new ProblemException(
                ProblemReason.REFRESH_TOKEN_INVALID, "Unknown, expired, revoked or used before; log in again.");
    }

    private static Outcome refusal() {
        return new Outcome.Refused(new ProblemException(
                ProblemReason.BAD_CREDENTIALS, "There is no active account with this address and password."));
    }

    private Tokens tokens(UUID userId, UUID sessionId, SecretToken refreshToken) {
        return new Tokens(
                accessTokens.issue(userId, sessionId),
                refreshToken.text(),
                "Bearer",
                accessTokens.lifetime().toSeconds(),
                null);
    }
}
