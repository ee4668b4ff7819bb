package io.arketic.rag.caller;

import com.nimbusds.jose.jwk.source.ImmutableSecret;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.stereotype.Component;

/**
 * Signs short-lived bearer tokens. They hold only the ids of user and session. Roles, and whether the session is still
 * open, are read from the database.
 */
@Component
public class AccessTokens {

    static final String ISSUER = "arketic";
    /** Names the claim of the session (OpenID Connect Front-Channel Logout 1.0, section 3). */
    static final String SESSION = "sid";

    private final JwtEncoder encoder;
    private final Duration lifetime;
    private final Clock clock;

    AccessTokens(SecurityProperties security, Clock clock) {
        this.encoder = new NimbusJwtEncoder(new ImmutableSecret<>(security.key()));
        this.lifetime = security.accessTokenLifetime();
        this.clock = clock;
    }

    public String issue(UUID userId, UUID sessionId) {
        Instant now = clock.instant();
        JwtClaimsSet claims = JwtClaimsSet.builder()
                .issuer(ISSUER)
                .subject(userId.toString())
                .claim(SESSION, sessionId.toString())
                .issuedAt(now)
                .expiresAt(now.plus(lifetime))
                .id(UUID.randomUUID().toString())
                .build();
        JwsHeader header = JwsHeader.with(MacAlgorithm.HS256).type("JWT").build();
        return encoder.encode(JwtEncoderParameters.from(header, claims)).getTokenValue();
    }

    public Duration lifetime() {
        return lifetime;
    }
}
