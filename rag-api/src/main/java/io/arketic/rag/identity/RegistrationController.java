package io.arketic.rag.identity;

import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** {@code /auth}: the way to an account. */
@RestController
@RequestMapping("/api/v1/auth")
@Tag(name = "Authentication")
class RegistrationController {

    record Registration(
            @Schema(example = "ada@example.org") @Nullable @NotBlank @Email @Size(max = 255)
            String email,

            @Schema(example = "correct horse battery") @NotNull @Size(min = 8, max = 200)
            String password,

            @Schema(example = "Ada") @NotBlank @Size(max = 100)
            String firstName,

            @Schema(example = "Lovelace") @NotBlank @Size(max = 100)
            String lastName) {

        Registration {
            email = email == null ? null : EmailAddress.normalise(email);
        }
    }

    private final Accounts accounts;
    private final Passwords passwords;

    RegistrationController(Accounts accounts, Passwords passwords) {
        this.accounts = accounts;
        this.passwords = passwords;
    }

    @Requires(Permission.ACCOUNT_OPEN)
    @PostMapping("/register")
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(summary = "Make an account")
    User register(@Valid @RequestBody Registration registration) {
        return accounts.add(
                        String.valueOf(registration.email()),
                        passwords.hash(registration.password()),
                        registration.firstName().strip(),
                        registration.lastName().strip())
                .orElseThrow(() -> ProblemException.ofField(
                        ProblemReason.EMAIL_TAKEN, "email", "is in use by an account already"));
    }
}
