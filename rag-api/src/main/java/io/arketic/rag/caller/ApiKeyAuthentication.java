package io.arketic.rag.caller;

import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.permission.Scope;
import io.arketic.schema.tenancy.TenantContext;
import jakarta.servlet.http.HttpServletRequest;
import java.io.Serial;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collections;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.server.resource.web.BearerTokenResolver;
import org.springframework.security.oauth2.server.resource.web.DefaultBearerTokenResolver;
import org.springframework.security.web.authentication.preauth.PreAuthenticatedAuthenticationToken;
import org.springframework.stereotype.Component;

/**
 * Turns an API key, in the header {@code X-API-Key} or as bearer token, into the {@link Identity} of its maker, if that
 * account is active and the organization accepts keys; and a personal token into that of its user. It is not an
 * {@code AuthenticationConverter} by type, because Spring Security would read bearer tokens with it.
 */
@Component
class ApiKeyAuthentication {

    /** Refuses a request with two different credentials. */
    static final class TwoCredentials extends AuthenticationException {

        @Serial
        private static final long serialVersionUID = 1;

        private TwoCredentials() {
            super("The request has two different credentials, in X-API-Key and in Authorization; send one.");
        }
    }

    static final String HEADER = "X-API-Key";
    private static final String BEARER = "Bearer ";

    private final BearerTokenResolver bearerTokens = new DefaultBearerTokenResolver();

    private final Transactions transactions;
    private final PersonalTokenAuthentication personalTokens;

    ApiKeyAuthentication(Transactions transactions, PersonalTokenAuthentication personalTokens) {
        this.transactions = transactions;
        this.personalTokens = personalTokens;
    }

    /** Returns the bearer token of a request, unless it is an API key or a personal token, which belongs to no session. */
    @Nullable
    String accessToken(HttpServletRequest request) {
        return bearer(request) == null ? bearerTokens.resolve(request) : null;
    }

    private static boolean hasOtherBearer(HttpServletRequest request, String key) {
        return Collections.list(request.getHeaders(HttpHeaders.AUTHORIZATION)).stream()
                .anyMatch(given -> given.regionMatches(true, 0, BEARER, 0, BEARER.length())
                        && !given.substring(BEARER.length()).strip().equals(key));
    }

    private static @Nullable String bearer(HttpServletRequest request) {
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        return header != null && header.startsWith(BEARER) && SecretToken.ofProgram(header.substring(BEARER.length()))
                ? header.substring(BEARER.length())
                : null;
    }

    /**
     * Returns null without a key.
     *
     * @throws TwoCredentials where the header {@code Authorization} has another one: they may differ in user and rights
     */
    @Nullable
    Authentication convert(HttpServletRequest request) {
        String header = request.getHeader(HEADER);
        if (header != null && hasOtherBearer(request, header)) {
            throw new TwoCredentials();
        }
        String key = header == null ? bearer(request) : header;
        return key == null ? null : new PreAuthenticatedAuthenticationToken(HEADER, new SecretToken(key));
    }

    Authentication authenticate(Authentication request) {
        SecretToken key = Objects.requireNonNull((SecretToken) request.getCredentials());
        Optional<Identity> found =
                key.text().startsWith(SecretToken.PERSONAL) ? personalTokens.enter(key.hash()) : resolve(key.hash());
        return found.map(CallerAuthentication::new).orElseThrow(() -> new BadCredentialsException("No such API key"));
    }

    /** Returns the identity of an earlier key; empty if it is no longer valid. */
    Optional<Identity> resume(UUID keyId, UUID organizationId, UUID userId) {
        return transactions.run(
                TenantContext.of(organizationId, userId),
                sql -> sql.sql("SELECT id, organization_id, scopes, user_id, role FROM resume_api_key(:id)")
                        .param("id", keyId)
                        .query(ApiKeyAuthentication::identity)
                        .optional());
    }

    private Optional<Identity> resolve(String hash) {
        return transactions.run(
                TenantContext.NONE,
                sql -> sql.sql("""
                                SELECT id, organization_id, scopes, user_id, role FROM enter_api_key(:hash)""")
                        .param("hash", hash)
                        .query(ApiKeyAuthentication::identity)
                        .optional());
    }

    private static Identity identity(ResultSet row, int number) throws SQLException {
        return new Identity(
                row.getObject("user_id", UUID.class),
                SystemRole.of(row.getString("role")),
                new Identity.Credential.ApiKey(
                        row.getObject("id", UUID.class),
                        row.getObject("organization_id", UUID.class),
                        Arrays.stream((String[]) row.getArray("scopes").getArray())
                                .map(label -> Scope.valueOf(label.toUpperCase(Locale.ROOT)))
                                .collect(Collectors.toSet())));
    }
}
