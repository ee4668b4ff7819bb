package io.arketic.rag.identity;

import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** {@code /auth}: from a password to tokens, and from a token to its owner. */
@RestController
@RequestMapping("/api/v1/auth")
class AuthenticationController {

    record Registration(
            @Nullable @NotBlank @Email @Size(max = 255) String email,
            @NotNull @Size(min = 8, max = 200) String password,
            @NotBlank @Size(max = 100) String firstName,
            @NotBlank @Size(max = 100) String lastName) {

        Registration {
            email = email == null ? null : EmailAddress.normalise(email);
        }
    }

    record Login(
            @NotBlank @Size(max = 255) String email,
            @NotBlank @Size(max = 200) String password) {}

    record Refresh(@NotBlank @Size(max = 200) String refreshToken) {}

    record Tokens(String accessToken, String refreshToken, String tokenType, long expiresIn) {}

    private final Accounts accounts;
    private final Passwords passwords;
    private final LoginThrottle throttle;
    private final AccessTokens accessTokens;
    private final RefreshTokens refreshTokens;

    AuthenticationController(
            Accounts accounts,
            Passwords passwords,
            LoginThrottle throttle,
            AccessTokens accessTokens,
            RefreshTokens refreshTokens) {
        this.accounts = accounts;
        this.passwords = passwords;
        this.throttle = throttle;
        this.accessTokens = accessTokens;
        this.refreshTokens = refreshTokens;
    }

    @Requires(Permission.ACCOUNT_OPEN)
    @PostMapping("/register")
    @ResponseStatus(HttpStatus.CREATED)
    User register(@Valid @RequestBody Registration registration) {
        return accounts.add(
                        String.valueOf(registration.email()),
                        passwords.hash(registration.password()),
                        registration.firstName().strip(),
                        registration.lastName().strip())
                .orElseThrow(() -> ProblemException.ofField(
                        ProblemReason.EMAIL_TAKEN, "email", "is in use by an account already"));
    }

    @Requires(Permission.ACCOUNT_OPEN)
    @PostMapping("/login")
    Tokens login(@Valid @RequestBody Login login) {
        String email = EmailAddress.normalise(login.email());
        throttle.admit(email);
        Optional<Accounts.Credentials> credentials = accounts.credentials(email);
        String hash = credentials.map(Accounts.Credentials::passwordHash).orElse(null);
        if (!passwords.matches(login.password(), hash)) {
            throttle.failed(email);
            credentials.ifPresent(known -> accounts.noteFailedLogin(known.userId()));
            throw new ProblemException(
                    ProblemReason.BAD_CREDENTIALS, "There is no active account with this address and password.");
        }
        throttle.succeeded(email);
        UUID userId = credentials.orElseThrow().userId();
        accounts.noteLogin(userId);
        return tokens(userId, refreshTokens.issue(userId));
    }

    @Requires(Permission.ACCOUNT_OPEN)
    @PostMapping("/refresh")
    Tokens refresh(@Valid @RequestBody Refresh refresh) {
        if (refreshTokens.rotate(refresh.refreshToken()) instanceof RefreshTokens.Rotation.Rotated rotated
                && accounts.find(rotated.userId()).isPresent()) {
            return tokens(rotated.userId(), rotated.successor());
        }
        throw new ProblemException(
                ProblemReason.REFRESH_TOKEN_INVALID, "Unknown, expired, revoked or used before; log in again.");
    }

    @Requires(Permission.ACCOUNT_OPEN)
    @PostMapping("/logout")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void logout(@Valid @RequestBody Refresh refresh) {
        refreshTokens.end(refresh.refreshToken());
    }

    @Requires(Permission.ACCOUNT_OWN)
    @GetMapping("/me")
    User me(Caller caller) {
        return accounts.find(caller.userId())
                .orElseThrow(
                        () -> new ProblemException(ProblemReason.UNAUTHENTICATED, "The account is no longer active."));
    }

    private Tokens tokens(UUID userId, String refreshToken) {
        return new Tokens(
                accessTokens.issue(userId),
                refreshToken,
                "Bearer",
                accessTokens.lifetime().toSeconds());
    }
}
