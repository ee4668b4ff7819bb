package io.arketic.rag.login;

import io.arketic.rag.account.EmailAddress;
import io.arketic.rag.caller.SecretToken;
import io.arketic.rag.connection.Network;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.CookieValue;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Serves {@code /auth/browser-session}: sessions of the console. The refresh token lies in a cookie that no script reads; a page
 * holds the access token alone.
 */
@RestController
@RequestMapping(SessionCookies.PATH)
@Tag(name = "Authentication")
class BrowserSessionController {

    record Login(
            @Schema(example = "ada@example.org") @NotBlank @Size(max = 255)
            String email,

            @Schema(example = "correct horse battery") @NotBlank @Size(max = 200)
            String password,

            @Schema(
                    example = "492039",
                    description = "Of the authenticator, or a recovery code, where the account has a second factor.")
            @Nullable
            @Size(min = 6, max = 50)
            String twoFactorCode) {

        /** Without secrets. */
        @Override
        public String toString() {
            return "Login[email=" + email + "]";
        }
    }

    /** Gives a page the one token that it may hold. */
    record BrowserSession(
            @Schema(description = "Goes into the Authorization header, after 'Bearer '.")
            String accessToken,

            @Schema(example = "Bearer") String tokenType,

            @Schema(description = "Seconds until the access token expires.", example = "900")
            long expiresIn) {

        /** Without the token. */
        @Override
        public String toString() {
            return "BrowserSession[…]";
        }
    }

    private final Logins logins;
    private final RefreshTokens refreshTokens;
    private final SessionCookies cookies;
    private final OwnPages ownPages;

    BrowserSessionController(Logins logins, RefreshTokens refreshTokens, SessionCookies cookies, OwnPages ownPages) {
        this.logins = logins;
        this.refreshTokens = refreshTokens;
        this.cookies = cookies;
        this.ownPages = ownPages;
    }

    @Requires(Permission.ACCOUNT_OPEN)
    @PostMapping
    @Operation(
            summary = "Open a session of a browser",
            description =
                    "As /auth/login, with the refresh token in a cookie. The browser's session until then ends. Pages of other"
                            + " origins may not.")
    BrowserSession open(
            @Valid @RequestBody Login login,
            @RequestHeader(value = HttpHeaders.USER_AGENT, defaultValue = "") String userAgent,
            @Parameter(hidden = true) @CookieValue(value = SessionCookies.DEVICE, required = false) @Nullable
                    String device,
            HttpServletRequest request,
            HttpServletResponse response) {
        ownPages.require(request);
        Tokens tokens = logins.login(new Logins.Attempt(
                EmailAddress.normalise(login.email()),
                login.password(),
                login.twoFactorCode(),
                device,
                Network.of(request.getRemoteAddr()),
                userAgent));
        cookies.refreshToken(request).ifPresent(refreshTokens::end);
        return give(tokens, request, response);
    }

    @Requires(Permission.ACCOUNT_OPEN)
    @PostMapping("/refresh")
    @Operation(
            summary = "Continue the browser's session",
            description = "Takes the refresh token from its cookie and puts the next one there.")
    BrowserSession refresh(HttpServletRequest request, HttpServletResponse response) {
        ownPages.require(request);
        SecretToken token = cookies.refreshToken(request)
                .orElseThrow(() -> new ProblemException(
                        ProblemReason.REFRESH_TOKEN_INVALID, "This browser has no session; log in."));
        Tokens tokens;
        try {
            tokens = logins.refresh(token);
        } catch (ProblemException refused) {
            if (refused.reason() == ProblemReason.REFRESH_TOKEN_INVALID) {
                cookies.forget(request, response);
            }
            throw refused;
        }
        return give(tokens, request, response);
    }

    @Requires(Permission.ACCOUNT_OPEN)
    @DeleteMapping
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "End the browser's session", description = "And its cookie. Without one nothing happens.")
    void end(HttpServletRequest request, HttpServletResponse response) {
        ownPages.require(request);
        cookies.refreshToken(request).ifPresent(refreshTokens::end);
        cookies.forget(request, response);
    }

    private BrowserSession give(Tokens tokens, HttpServletRequest request, HttpServletResponse response) {
        cookies.keep(tokens, request, response);
        return new BrowserSession(tokens.accessToken(), tokens.tokenType(), tokens.expiresIn());
    }
}
