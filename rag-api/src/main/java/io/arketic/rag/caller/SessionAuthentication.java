package io.arketic.rag.caller;

import java.util.UUID;
import org.springframework.core.convert.converter.Converter;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.stereotype.Component;

/** Turns a valid access token into its {@link Identity}, if its session is open. */
@Component
class SessionAuthentication implements Converter<Jwt, AbstractAuthenticationToken> {

    private final Sessions sessions;

    SessionAuthentication(Sessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public AbstractAuthenticationToken convert(Jwt token) {
        String session = token.getClaimAsString(AccessTokens.SESSION);
        if (session == null) {
            throw new InvalidBearerTokenException("The token names no session");
        }
        return sessions.enter(UUID.fromString(session))
                .filter(identity -> identity.userId().toString().equals(token.getSubject()))
                .map(CallerAuthentication::new)
                .orElseThrow(() -> new InvalidBearerTokenException("The session has ended"));
    }
}
