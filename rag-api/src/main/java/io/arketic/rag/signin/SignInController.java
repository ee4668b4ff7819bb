package io.arketic.rag.signin;

import io.arketic.rag.account.EmailAddress;
import io.arketic.rag.login.ProviderLogins;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.signin.SignInRefusal.Reason;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Serves {@code /auth/sign-in}: the browser's way to an OpenID Connect provider and back. A failure leads to the sign-in page
 * with {@code problem=REASON}.
 */
@RestController
@RequestMapping("/api/v1/auth/sign-in")
@Tag(name = "Authentication")
class SignInController {

    private static final Logger log = LoggerFactory.getLogger(SignInController.class);
    private static final String PAGE = "/sign-in";
    /** Is the address of a page here: never of another host, as {@code //host} or {@code /\host} would be. */
    private static final String OWN_PATH = "/(?:[A-Za-z0-9_.~%-][A-Za-z0-9_.~%/=&?-]*)?";

    record Offers(List<Providers.Offer> items) {}

    private final Providers providers;
    private final ProviderClients clients;
    private final CodeExchange exchange;
    private final SignInStates states;
    private final BrowserBinding binding;
    private final SignIns signIns;
    private final ProviderLogins logins;
    private final SignInPlaces places;
    private final SignInDeadline deadline;

    SignInController(
            Providers providers,
            ProviderClients clients,
            CodeExchange exchange,
            SignInStates states,
            BrowserBinding binding,
            SignIns signIns,
            ProviderLogins logins,
            SignInPlaces places,
            SignInDeadline deadline) {
        this.providers = providers;
        this.clients = clients;
        this.exchange = exchange;
        this.states = states;
        this.binding = binding;
        this.signIns = signIns;
        this.logins = logins;
        this.places = places;
        this.deadline = deadline;
    }

    @Requires(Permission.SIGN_IN)
    @GetMapping
    @Operation(
            summary = "List the identity providers that a user can sign in through",
            description = "With an address, that of the organization that has verified its domain comes first.")
    Offers offers(
            @RequestParam(required = false) @Nullable @Email(regexp = EmailAddress.PATTERN) @Size(max = 255)
                    String email) {
        String normalised = email == null ? null : EmailAddress.normalise(email);
        return new Offers(
                providers.offers(normalised == null ? null : normalised.substring(normalised.lastIndexOf('@') + 1)));
    }

    @Requires(Permission.SIGN_IN)
    @GetMapping("/{provider}")
    @ResponseStatus(HttpStatus.FOUND)
    @Operation(
            summary = "Send the browser to an identity provider",
            description =
                    "Redirects to the provider's page, which sends the browser to …/callback; to /sign-in where a page"
                            + " of another site sends the browser here.")
    ResponseEntity<Void> begin(
            @PathVariable String provider,
            @Parameter(description = "The page of the console that is shown afterwards.")
                    @RequestParam(name = "return_to", defaultValue = "/")
                    @Pattern(regexp = OWN_PATH, message = "must be the path of a page here")
                    @Size(max = 300)
                    String returnTo,
            HttpServletRequest request,
            HttpServletResponse response) {
        Provider found = require(provider);
        if (isOfAnotherSite(request)) {
            return redirect(PAGE);
        }
        try (SignInPlaces.Place place = place(found);
                SignInDeadline.Running running = deadline.start()) {
            ProviderClients.Discovered discovered = clients.of(found);
            return redirect(exchange.begin(found, discovered, request, binding.bind(request, response), returnTo));
        } catch (SignInRefusal refusal) {
            return refuse(found, refusal);
        }
    }

    @Requires(Permission.SIGN_IN)
    @GetMapping("/{provider}/callback")
    @ResponseStatus(HttpStatus.FOUND)
    @Operation(
            summary = "Take a browser back from its identity provider",
            description =
                    "Opens a session of the browser, as /auth/browser-session does, and redirects to the page that"
                            + " the sign-in began for; to /sign-in?step=two-factor if the account has a second factor of its own;"
                            + " to /sign-in?problem=… if the sign-in fails.")
    ResponseEntity<Void> complete(
            @PathVariable String provider,
            @Parameter(hidden = true) @RequestParam Map<String, String> answer,
            HttpServletRequest request,
            HttpServletResponse response) {
        Provider found = require(provider);
        try (SignInPlaces.Place place = place(found);
                SignInDeadline.Running running = deadline.start()) {
            UUID browser = binding.find(request)
                    .orElseThrow(() -> new SignInRefusal(Reason.EXPIRED, "The browser began no sign-in"));
            SignInStates.Begun begun = states.begun(String.valueOf(answer.get("state")), browser)
                    .filter(state -> state.provider().equals(found.id()))
                    .orElseThrow(() -> new SignInRefusal(Reason.EXPIRED, "The state is not of this browser's sign-in"));
            ProviderClients.Discovered discovered = clients.of(found);
            Identified identified = exchange.complete(found, discovered, begun, answer);
            SignIns.Outcome outcome = signIns.signIn(found, identified, request);
            if (outcome instanceof SignIns.Outcome.Opened opened) {
                logins.keep(opened.tokens(), request, response);
                return redirect(begun.returnTo());
            }
            binding.keepStep(
                    states.seal(
                            new SignInStates.Vouched(
                                    found.id(), identified.origin(), begun.returnTo(), states.expiry()),
                            browser),
                    request,
                    response);
            return redirect(PAGE + "?step=two-factor");
        } catch (SignInRefusal refusal) {
            return refuse(found, refusal);
        }
    }

    private Provider require(String id) {
        return providers.find(id).orElseThrow(() -> ProblemException.notFound("identity provider"));
    }

    /** Returns whether a page of another site sends the browser, which would sign its user in unasked. */
    private static boolean isOfAnotherSite(HttpServletRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        return site != null && !site.equals("same-origin") && !site.equals("none");
    }

    private SignInPlaces.Place place(Provider provider) {
        try {
            return places.enter(provider);
        } catch (ProblemException busy) {
            throw new SignInRefusal(Reason.BUSY, "Too many sign-ins are under way", busy);
        }
    }

    private static ResponseEntity<Void> refuse(Provider provider, SignInRefusal refusal) {
        log.info(
                "Sign-in through {} refused, {}: {}",
                provider.id(),
                refusal.reason().label(),
                refusal.getMessage());
        return redirect(PAGE + "?problem=" + refusal.reason().label());
    }

    private static ResponseEntity<Void> redirect(String target) {
        return ResponseEntity.status(HttpStatus.FOUND)
                .header(HttpHeaders.LOCATION, target)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }
}
