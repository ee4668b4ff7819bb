package io.arketic.rag.signin;

import io.arketic.rag.caller.Sessions;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /auth/sign-in/{provider}/logout}: what a provider reports of sessions that ended there. */
@RestController
@RequestMapping("/api/v1/auth/sign-in/{provider}/logout")
@Tag(name = "Authentication")
class LogoutController {

    private static final Logger log = LoggerFactory.getLogger(LogoutController.class);
    /** Is how far the clocks may differ; a session that began later than the report stays. */
    private static final Duration SKEW = Duration.ofSeconds(5);

    private final Providers providers;
    private final ProviderClients clients;
    private final Sessions sessions;
    private final SignInPlaces places;
    private final SignInDeadline deadline;

    LogoutController(
            Providers providers,
            ProviderClients clients,
            Sessions sessions,
            SignInPlaces places,
            SignInDeadline deadline) {
        this.providers = providers;
        this.clients = clients;
        this.sessions = sessions;
        this.places = places;
        this.deadline = deadline;
    }

    @Requires(Permission.SIGN_OUT_REPORT)
    @PostMapping(consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(
            summary = "End sessions as their identity provider reports",
            description = "OpenID Connect Back-Channel Logout 1.0. The sessions are refused from their next request on."
                    + " Repeating a report ends no later session.")
    void end(
            @PathVariable String provider,
            @Parameter(description = "Signed by the provider.") @RequestParam(name = "logout_token")
                    String logoutToken) {
        Provider found = providers.find(provider).orElseThrow(() -> ProblemException.notFound("identity provider"));
        try (SignInPlaces.Place place = places.enterReport(found);
                SignInDeadline.Running running = deadline.start()) {
            Jwt token = clients.of(found).logoutTokens().decode(logoutToken);
            @Nullable String session = token.getClaimAsString("sid");
            int ended = sessions.endOfProvider(
                    found.id(),
                    token.getSubject(),
                    session,
                    Objects.requireNonNull(token.getIssuedAt()).plus(SKEW));
            log.info("The provider {} ended {} sessions", found.id(), ended);
        } catch (JwtException | SignInRefusal invalid) {
            log.info("A logout token of {} is refused: {}", found.id(), SignInRefusal.printable(invalid.getMessage()));
            throw new ProblemException(ProblemReason.MALFORMED_REQUEST, "The logout token is not valid.", invalid);
        }
    }
}
