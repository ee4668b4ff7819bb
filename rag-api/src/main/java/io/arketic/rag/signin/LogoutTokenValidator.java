package io.arketic.rag.signin;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.security.oauth2.client.oidc.authentication.logout.LogoutTokenClaimAccessor;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;

/**
 * Checks the claims of a logout token (OpenID Connect Back-Channel Logout 1.0, section 2.6). Spring Security's own validator
 * belongs to its filter and is not public.
 */
final class LogoutTokenValidator implements OAuth2TokenValidator<Jwt> {

    private static final String EVENT = "http://schemas.openid.net/event/backchannel-logout";
    private static final Duration OLDEST = Duration.ofMinutes(5);

    private final String issuer;
    private final String clientId;

    LogoutTokenValidator(ClientRegistration registration) {
        this.issuer = String.valueOf(registration.getProviderDetails().getIssuerUri());
        this.clientId = registration.getClientId();
    }

    @Override
    public OAuth2TokenValidatorResult validate(Jwt token) {
        LogoutTokenClaimAccessor claims = token::getClaims;
        List<String> faults = new ArrayList<>();
        if (!(token.getClaims().get("events") instanceof Map<?, ?> events) || !events.containsKey(EVENT)) {
            faults.add("events");
        }
        if (!issuer.equals(token.getClaimAsString("iss"))) {
            faults.add("iss");
        }
        List<String> audience = token.getAudience();
        if (audience == null || !audience.contains(clientId)) {
            faults.add("aud");
        }
        Instant issuedAt = token.getIssuedAt();
        if (issuedAt == null
                || issuedAt.isBefore(Instant.now().minus(OLDEST))
                || issuedAt.isAfter(Instant.now().plus(OLDEST))) {
            faults.add("iat");
        }
        if (token.getId() == null) {
            faults.add("jti");
        }
        if (token.getSubject() == null && claims.getSessionId() == null) {
            faults.add("sub");
        }
        if (token.hasClaim("nonce")) {
            faults.add("nonce");
        }
        return faults.isEmpty()
                ? OAuth2TokenValidatorResult.success()
                : OAuth2TokenValidatorResult.failure(new OAuth2Error(
                        OAuth2ErrorCodes.INVALID_TOKEN, "The logout token's claims are wrong: " + faults, null));
    }
}
