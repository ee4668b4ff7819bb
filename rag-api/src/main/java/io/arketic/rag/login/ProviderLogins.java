package io.arketic.rag.login;

import io.arketic.rag.caller.SecretToken;
import io.arketic.rag.caller.Sessions;
import io.arketic.rag.connection.Network;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.tenancy.TenantContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.HttpHeaders;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Opens browser sessions of users that a provider vouches for. */
@Component
public class ProviderLogins {

    private final Transactions transactions;
    private final Logins logins;
    private final LoginThrottle throttle;
    private final FailedLogins failures;
    private final SecondFactors secondFactors;
    private final RefreshTokens refreshTokens;
    private final SessionCookies cookies;

    ProviderLogins(
            Transactions transactions,
            Logins logins,
            LoginThrottle throttle,
            FailedLogins failures,
            SecondFactors secondFactors,
            RefreshTokens refreshTokens,
            SessionCookies cookies) {
        this.transactions = transactions;
        this.logins = logins;
        this.throttle = throttle;
        this.failures = failures;
        this.secondFactors = secondFactors;
        this.refreshTokens = refreshTokens;
        this.cookies = cookies;
    }

    /** Opens a session, in a transaction of the user. */
    public Tokens open(JdbcClient sql, UUID userId, Sessions.Origin origin, HttpServletRequest request) {
        return logins.open(sql, userId, false, agent(request), origin);
    }

    /**
     * Opens a session with the code of the account's own second factor. Wrong codes count as failed logins.
     *
     * @throws ProblemException where the code is wrong, or too many were
     */
    public Tokens open(String email, UUID userId, Sessions.Origin origin, String code, HttpServletRequest request) {
        LoginThrottle.Source source = LoginThrottle.Source.network(Network.of(request.getRemoteAddr()));
        LoginThrottle.Admission admission = throttle.begin(email, source);
        if (admission instanceof LoginThrottle.Admission.SourceWaits waits) {
            throw ProblemException.tooManyRequests("Too many failed logins for this address.", waits.retryAfter());
        }
        if (admission instanceof LoginThrottle.Admission.AccountWaits waits) {
            failures.lock(userId);
            throw ProblemException.tooManyRequests("Too many failed logins for this address.", waits.retryAfter());
        }
        boolean decided = false;
        try {
            Optional<Tokens> opened = transactions.run(
                    TenantContext.ofUser(userId),
                    sql -> secondFactors.accepts(sql, userId, code)
                            ? Optional.of(logins.open(sql, userId, true, agent(request), origin))
                            : Optional.empty());
            decided = true;
            if (opened.isEmpty()) {
                failures.note(userId);
                throw new ProblemException(
                        ProblemReason.TWO_FACTOR_CODE_INVALID, "The code is wrong, expired or used before.");
            }
            throttle.succeeded(email, source);
            return opened.get();
        } finally {
            if (!decided) {
                throttle.undo(email, source);
            }
        }
    }

    /** Puts the session into the browser's cookies; the browser's session until then ends. */
    public void keep(Tokens tokens, HttpServletRequest request, HttpServletResponse response) {
        Optional<SecretToken> earlier = cookies.refreshToken(request);
        earlier.ifPresent(refreshTokens::end);
        cookies.keep(tokens, request, response);
    }

    private static String agent(HttpServletRequest request) {
        String agent = request.getHeader(HttpHeaders.USER_AGENT);
        return agent == null ? "" : agent;
    }
}
