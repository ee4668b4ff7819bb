package io.arketic.rag.caller;

import io.arketic.rag.connection.UploadAdmission;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.web.authentication.preauth.PreAuthenticatedAuthenticationToken;
import org.springframework.stereotype.Component;

/** Accepts a valid access token of ours, or an existing API key. */
@Component
class UploadCredentials implements UploadAdmission {

    private static final String BEARER = "Bearer ";

    private final JwtDecoder accessTokens;
    private final ApiKeyAuthentication apiKeys;

    UploadCredentials(JwtDecoder accessTokens, ApiKeyAuthentication apiKeys) {
        this.accessTokens = accessTokens;
        this.apiKeys = apiKeys;
    }

    @Override
    public boolean admits(@Nullable String authorization, @Nullable String apiKey) {
        String bearer = authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? authorization.substring(BEARER.length()).strip()
                : null;
        if (apiKey != null) {
            return isKey(apiKey);
        }
        if (bearer == null) {
            return false;
        }
        return bearer.startsWith(SecretToken.API_KEY) ? isKey(bearer) : isAccessToken(bearer);
    }

    private boolean isAccessToken(String token) {
        try {
            accessTokens.decode(token);
            return true;
        } catch (JwtException invalid) {
            return false;
        }
    }

    private boolean isKey(String key) {
        try {
            apiKeys.authenticate(
                    new PreAuthenticatedAuthenticationToken(ApiKeyAuthentication.HEADER, new SecretToken(key)));
            return true;
        } catch (BadCredentialsException | DataAccessException refused) {
            return false;
        }
    }
}
