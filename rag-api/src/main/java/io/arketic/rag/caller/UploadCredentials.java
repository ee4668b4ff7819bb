package io.arketic.rag.caller;

import io.arketic.rag.connection.UploadAdmission;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.web.authentication.preauth.PreAuthenticatedAuthenticationToken;
import org.springframework.stereotype.Component;

/** Knows the user of a valid access token or personal token, and the organization of an existing API key or SCIM token. */
@Component
class UploadCredentials implements UploadAdmission {

    private static final String BEARER = "Bearer ";

    private final JwtDecoder accessTokens;
    private final ApiKeyAuthentication apiKeys;
    private final DirectoryTokens directories;

    UploadCredentials(JwtDecoder accessTokens, ApiKeyAuthentication apiKeys, DirectoryTokens directories) {
        this.accessTokens = accessTokens;
        this.apiKeys = apiKeys;
        this.directories = directories;
    }

    @Override
    public @Nullable String sender(@Nullable String authorization, @Nullable String apiKey) {
        String bearer = bearer(authorization);
        if (apiKey != null) {
            return program(apiKey);
        }
        if (bearer == null) {
            return null;
        }
        if (bearer.startsWith(SecretToken.SCIM)) {
            return directory(authorization);
        }
        return SecretToken.ofProgram(bearer) ? program(bearer) : user(authorization);
    }

    private static @Nullable String bearer(@Nullable String authorization) {
        return authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? authorization.substring(BEARER.length()).strip()
                : null;
    }

    private @Nullable String directory(@Nullable String authorization) {
        try {
            return directories
                    .enter(authorization)
                    .map(directory -> directory.organizationId().toString())
                    .orElse(null);
        } catch (DataAccessException refused) {
            return null;
        }
    }

    @Override
    public @Nullable String user(@Nullable String authorization) {
        String token = bearer(authorization);
        try {
            return token == null ? null : accessTokens.decode(token).getSubject();
        } catch (JwtException invalid) {
            return null;
        }
    }

    private @Nullable String program(String key) {
        try {
            Authentication found = apiKeys.authenticate(
                    new PreAuthenticatedAuthenticationToken(ApiKeyAuthentication.HEADER, new SecretToken(key)));
            Identity identity = ((CallerAuthentication) found).getPrincipal();
            return identity.credential() instanceof Identity.Credential.ApiKey ofOrganization
                    ? ofOrganization.organizationId().toString()
                    : identity.userId().toString();
        } catch (BadCredentialsException | DataAccessException refused) {
            return null;
        }
    }
}
