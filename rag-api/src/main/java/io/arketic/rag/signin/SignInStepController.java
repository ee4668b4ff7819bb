package io.arketic.rag.signin;

import io.arketic.rag.login.OwnPages;
import io.arketic.rag.login.ProviderLogins;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /auth/browser-session/two-factor}: the account's own second factor after a sign-in through a provider. */
@RestController
@RequestMapping("/api/v1/auth/browser-session/two-factor")
@Tag(name = "Authentication")
class SignInStepController {

    record Code(
            @Schema(example = "492039", description = "A code of the authenticator, or a recovery code.")
            @NotBlank
            @Size(min = 6, max = 50)
            String twoFactorCode) {

        /** Shows no code. */
        @Override
        public String toString() {
            return "Code[…]";
        }
    }

    /** Names the page that the sign-in began for. */
    record Opened(@Schema(example = "/") String returnTo) {}

    private final Providers providers;
    private final SignInStates states;
    private final BrowserBinding binding;
    private final SignIns signIns;
    private final ProviderLogins logins;
    private final OwnPages ownPages;

    SignInStepController(
            Providers providers,
            SignInStates states,
            BrowserBinding binding,
            SignIns signIns,
            ProviderLogins logins,
            OwnPages ownPages) {
        this.providers = providers;
        this.states = states;
        this.binding = binding;
        this.signIns = signIns;
        this.logins = logins;
        this.ownPages = ownPages;
    }

    @Requires(Permission.SIGN_IN)
    @PostMapping
    @Operation(
            summary = "Show the second factor after a sign-in through an identity provider",
            description = "Opens the browser's session; its access token is given by /auth/browser-session/refresh.")
    Opened show(@Valid @RequestBody Code code, HttpServletRequest request, HttpServletResponse response) {
        ownPages.require(request);
        SignInStates.Vouched vouched = binding.find(request)
                .flatMap(browser -> binding.step(request).flatMap(kept -> states.vouched(kept, browser)))
                .orElseThrow(SignInStepController::ended);
        Provider provider = providers.find(vouched.provider()).orElseThrow(SignInStepController::ended);
        logins.keep(signIns.signIn(provider, vouched, code.twoFactorCode(), request), request, response);
        binding.forgetStep(request, response);
        return new Opened(vouched.returnTo());
    }

    private static ProblemException ended() {
        return new ProblemException(ProblemReason.TOKEN_INVALID, "No sign-in waits for a code; begin again.");
    }
}
