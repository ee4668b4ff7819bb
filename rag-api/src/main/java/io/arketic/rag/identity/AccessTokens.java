package io.arketic.rag.identity;

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

/** Signs short-lived bearer tokens. They hold the user's id only: roles are read where they are stored. */
@Component
class AccessTokens {

    static final String ISSUER = "arketic";

    private final JwtEncoder encoder;
    private final Duration lifetime;
    private final Clock clock;

    AccessTokens(SecurityProperties security, Clock clock) {
        this.encoder = new NimbusJwtEncoder(new ImmutableSecret<>(security.key()));
        this.lifetime = security.accessTokenLifetime();
        this.clock = clock;
    }

    String issue(UUID userId) {
        Instant now = clock.instant();
        JwtClaimsSet claims = JwtClaimsSet.builder()
                .issuer(ISSUER)
                .subject(userId.toString())
                .issuedAt(now)
                .expiresAt(now.plus(lifetime))
                .id(UUID.randomUUID().toString())
                .build();
        JwsHeader header = JwsHeader.with(MacAlgorithm.HS256).type("JWT").build();
        return encoder.encode(JwtEncoderParameters.from(header, claims)).getTokenValue();
    }

    Duration lifetime() {
        return lifetime;
    }
}
