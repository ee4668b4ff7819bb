package io.arketic.rag.caller;

import com.nimbusds.jose.jwk.source.ImmutableSecret;
import io.arketic.rag.caller.Identity.Credential.ApiKey;
import io.arketic.rag.caller.Identity.Credential.PersonalToken;
import io.arketic.rag.caller.Identity.Credential.Session;
import io.arketic.rag.deployment.PublicProperties;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.stereotype.Component;

/**
 * Signs links that open without a token for a while. A link names its asker and the asking session, API key or personal token. Opening
 * it checks what these may do at that moment, so an ended session, a revoked key or a lost right also ends the link. It
 * is no access token: its issuer is another.
 */
@Component
public class SignedLinks {

    /** Holds what a link represents. */
    public record Opened(Identity asker, String target) {}

    private static final String ISSUER = "arketic-link";
    private static final String SESSION = AccessTokens.SESSION;
    private static final String KEY = "key";
    private static final String TOKEN = "token";
    private static final String ORGANIZATION = "org";
    private static final String TARGET = "to";

    private final JwtEncoder encoder;
    private final NimbusJwtDecoder decoder;
    private final Duration lifetime;
    private final Clock clock;
    private final Sessions sessions;
    private final ApiKeyAuthentication apiKeys;
    private final PersonalTokenAuthentication personalTokens;

    SignedLinks(
            SecurityProperties security,
            PublicProperties settings,
            Clock clock,
            Sessions sessions,
            ApiKeyAuthentication apiKeys,
            PersonalTokenAuthentication personalTokens) {
        this.personalTokens = personalTokens;
        this.encoder = new NimbusJwtEncoder(new ImmutableSecret<>(security.key()));
        this.decoder = NimbusJwtDecoder.withSecretKey(security.key())
                .macAlgorithm(MacAlgorithm.HS256)
                .build();
        decoder.setJwtValidator(new DelegatingOAuth2TokenValidator<>(
                new JwtTimestampValidator(Duration.ZERO), new JwtIssuerValidator(ISSUER)));
        this.lifetime = settings.linkLifetime();
        this.clock = clock;
        this.sessions = sessions;
        this.apiKeys = apiKeys;
    }

    /** @param target what it leads to, which the reader of the link sees */
    public String sign(Identity asker, String target) {
        Instant now = clock.instant();
        JwtClaimsSet.Builder claims = JwtClaimsSet.builder()
                .issuer(ISSUER)
                .subject(asker.userId().toString())
                .claim(TARGET, target)
                .expiresAt(now.plus(lifetime));
        if (asker.credential() instanceof ApiKey key) {
            claims.claim(KEY, key.id().toString())
                    .claim(ORGANIZATION, key.organizationId().toString());
        } else if (asker.credential() instanceof PersonalToken token) {
            claims.claim(TOKEN, token.id().toString());
        } else if (asker.credential() instanceof Session session) {
            claims.claim(SESSION, session.id().toString());
        }
        JwsHeader header = JwsHeader.with(MacAlgorithm.HS256).build();
        return encoder.encode(JwtEncoderParameters.from(header, claims.build())).getTokenValue();
    }

    /** Opens a link; empty if it is not ours or has expired, or if its session or key is no longer valid. */
    public Optional<Opened> open(String link) {
        Jwt claims;
        try {
            claims = decoder.decode(link);
        } catch (JwtException | IllegalArgumentException none) {
            return Optional.empty();
        }
        UUID userId = UUID.fromString(claims.getSubject());
        return asker(claims, userId)
                .filter(identity -> identity.userId().equals(userId))
                .map(identity -> new Opened(identity, String.valueOf(claims.getClaimAsString(TARGET))));
    }

    private Optional<Identity> asker(Jwt claims, UUID userId) {
        String key = claims.getClaimAsString(KEY);
        if (key != null) {
            return apiKeys.resume(UUID.fromString(key), UUID.fromString(claims.getClaimAsString(ORGANIZATION)), userId);
        }
        String token = claims.getClaimAsString(TOKEN);
        return token != null
                ? personalTokens.resume(UUID.fromString(token), userId)
                : sessions.enter(UUID.fromString(claims.getClaimAsString(SESSION)));
    }
}
