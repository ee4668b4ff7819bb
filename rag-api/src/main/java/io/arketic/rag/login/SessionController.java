package io.arketic.rag.login;

import io.arketic.rag.account.Accounts;
import io.arketic.rag.account.EmailAddress;
import io.arketic.rag.account.User;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.caller.CallerAuthentication;
import io.arketic.rag.caller.Identity;
import io.arketic.rag.caller.SecretToken;
import io.arketic.rag.caller.Sessions;
import io.arketic.rag.connection.Network;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /auth} and {@code /users/me/sessions}: opens sessions with a password, and ends them. */
@RestController
@RequestMapping("/api/v1")
@Tag(name = "Authentication")
class SessionController {

    record Login(
            @Schema(example = "ada@example.org") @NotBlank @Size(max = 255)
            String email,

            @Schema(example = "correct horse battery") @NotBlank @Size(max = 200)
            String password,

            @Schema(
                    example = "492039",
                    description =
                            "A code of the authenticator, or a recovery code, if the account has a second factor.")
            @Nullable
            @Size(min = 6, max = 50)
            String twoFactorCode,

            @Schema(
                    example = "c2hvd24tb24tYS1kZXZpY2U.9WcLfAFG4r2N8q4bW0rYk1u2C0mXoJt3VbZl5sQ7eHg",
                    description = "The token of an earlier login from the same device. Failed logins of others do not "
                            + "block it; an invalid one is ignored.")
            @Nullable
            @Size(max = 200)
            String deviceToken) {}

    record Refresh(
            @Schema(example = "0VNn0Zt9uM1yqH4kD5b8m3w2b7bq1x6rF0cE9aTqK2s") @NotBlank @Size(max = 200)
            String refreshToken) {}

    /** Lists all open sessions. */
    record OpenSessions(List<Sessions.View> items) {}

    private final Logins logins;
    private final Sessions sessions;
    private final RefreshTokens refreshTokens;
    private final Accounts accounts;

    SessionController(Logins logins, Sessions sessions, RefreshTokens refreshTokens, Accounts accounts) {
        this.logins = logins;
        this.sessions = sessions;
        this.refreshTokens = refreshTokens;
        this.accounts = accounts;
    }

    @Requires(Permission.ACCOUNT_OPEN)
    @PostMapping("/auth/login")
    @Operation(
            summary = "Open a session",
            description = "Every failure has the same answer, whether or not the address has an account.")
    Tokens login(
            @Valid @RequestBody Login login,
            @RequestHeader(value = HttpHeaders.USER_AGENT, defaultValue = "") String userAgent,
            HttpServletRequest request) {
        return logins.login(new Logins.Attempt(
                EmailAddress.normalise(login.email()),
                login.password(),
                login.twoFactorCode(),
                login.deviceToken(),
                Network.of(request.getRemoteAddr()),
                userAgent));
    }

    @Requires(Permission.ACCOUNT_OPEN)
    @PostMapping("/auth/refresh")
    @Operation(
            summary = "Exchange a refresh token for new tokens",
            description = "Each refresh token is valid once. A second use ends its session.")
    Tokens refresh(@Valid @RequestBody Refresh refresh) {
        return logins.refresh(new SecretToken(refresh.refreshToken()));
    }

    @Requires(Permission.ACCOUNT_OPEN)
    @PostMapping("/auth/logout")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(
            summary = "End a session",
            description = "Ends the session of the refresh token, or without a body that of the access token. "
                    + "Both tokens are invalid at once.")
    void logout(@Valid @RequestBody(required = false) @Nullable Refresh refresh) {
        if (refresh != null) {
            refreshTokens.end(new SecretToken(refresh.refreshToken()));
        } else if (SecurityContextHolder.getContext().getAuthentication() instanceof CallerAuthentication known
                && known.getPrincipal().credential() instanceof Identity.Credential.Session session) {
            sessions.end(known.getPrincipal().userId(), session.id());
        } else {
            throw new ProblemException(
                    ProblemReason.UNAUTHENTICATED, "Send the session's refresh token, or its access token.");
        }
    }

    @Requires(Permission.ACCOUNT_OWN)
    @GetMapping("/auth/me")
    @Operation(summary = "See the access token's user")
    User me(Caller caller) {
        return accounts.find(caller.userId())
                .orElseThrow(
                        () -> new ProblemException(ProblemReason.UNAUTHENTICATED, "The account is no longer active."));
    }

    @Requires(Permission.ACCOUNT_OWN)
    @GetMapping("/users/me/sessions")
    @Operation(summary = "List the caller's open sessions")
    OpenSessions list(Caller caller) {
        return new OpenSessions(sessions.list(caller));
    }

    @Requires(Permission.ACCOUNT_OWN)
    @DeleteMapping("/users/me/sessions/{session}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "End one of the caller's sessions")
    void end(Caller caller, @PathVariable UUID session) {
        if (!sessions.end(caller.userId(), session)) {
            throw ProblemException.notFound("session");
        }
    }
}
