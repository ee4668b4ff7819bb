package io.arketic.rag.login;

import io.arketic.rag.account.Accounts;
import io.arketic.rag.account.DeviceToken;
import io.arketic.rag.account.EmailAddress;
import io.arketic.rag.account.Passwords;
import io.arketic.rag.account.Registrations;
import io.arketic.rag.account.User;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.caller.SecretToken;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /auth}: registration. */
@RestController
@RequestMapping("/api/v1/auth")
@Tag(name = "Authentication")
class RegistrationController {

    record Registration(
            @Schema(example = "ada@example.org")
            @Nullable
            @NotBlank
            @Email(regexp = EmailAddress.PATTERN)
            @Size(max = 255)
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

    record Verification(
            @Schema(example = "0VNn0Zt9uM1yqH4kD5b8m3w2b7bq1x6rF0cE9aTqK2s") @NotBlank @Size(max = 200)
            String token,

            @Schema(example = "correct horse battery", description = "The account's password.")
            @NotBlank
            @Size(max = 200)
            String password) {}

    record Reminder(
            @Schema(example = "ada@example.org")
            @Nullable
            @NotBlank
            @Email(regexp = EmailAddress.PATTERN)
            @Size(max = 255)
            String email) {

        Reminder {
            email = email == null ? null : EmailAddress.normalise(email);
        }
    }

    record AddressChange(
            @Schema(example = "ada@example.com")
            @Nullable
            @NotBlank
            @Email(regexp = EmailAddress.PATTERN)
            @Size(max = 255)
            String email,

            @Schema(example = "correct horse battery") @NotBlank @Size(max = 200)
            String password) {

        AddressChange {
            email = email == null ? null : EmailAddress.normalise(email);
        }
    }

    /** Describes the next step, the same for every address. */
    record Accepted(
            @Schema(example = "pending_verification") String status) {}

    private final Registrations registrations;
    private final Passwords passwords;
    private final Reauthentication reauthentication;
    private final Accounts accounts;

    RegistrationController(
            Registrations registrations, Passwords passwords, Reauthentication reauthentication, Accounts accounts) {
        this.registrations = registrations;
        this.passwords = passwords;
        this.reauthentication = reauthentication;
        this.accounts = accounts;
    }

    @Requires(Permission.ACCOUNT_OPEN)
    @PostMapping("/register")
    @Operation(
            summary = "Create an account",
            description = "The answer is 201 with the account, which can log in at once. If addresses must be "
                    + "verified first, it is 202: all further information goes to the address by mail, "
                    + "whether or not it has an account.")
    @ApiResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = User.class)))
    @ApiResponse(responseCode = "202", content = @Content(schema = @Schema(implementation = Accepted.class)))
    ResponseEntity<?> register(@Valid @RequestBody Registration registration) {
        String email = String.valueOf(registration.email());
        Optional<User> user = registrations.register(new Registrations.Application(
                email,
                passwords.hash(
                        "password",
                        registration.password(),
                        List.of(email, registration.firstName(), registration.lastName())),
                registration.firstName().strip(),
                registration.lastName().strip()));
        return user.isPresent()
                ? ResponseEntity.status(HttpStatus.CREATED).body(user.get())
                : ResponseEntity.accepted().body(new Accepted("pending_verification"));
    }

    @Requires(Permission.ACCOUNT_OPEN)
    @PostMapping("/verify-email")
    @Operation(
            summary = "Confirm an e-mail address",
            description = "Requires the token of the message and the account's password. So no user confirms "
                    + "an account that another user made with their address.")
    DeviceToken verify(@Valid @RequestBody Verification verification) {
        return new DeviceToken(registrations.verify(new SecretToken(verification.token()), verification.password()));
    }

    @Requires(Permission.ACCOUNT_OPEN)
    @PostMapping("/verify-email/request")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Request another message for confirming an address",
            description = "The message is sent if the address waits for it; the answer does not reveal this.")
    void remind(@Valid @RequestBody Reminder reminder) {
        registrations.remind(String.valueOf(reminder.email()));
    }

    @Requires(Permission.ACCOUNT_OWN)
    @PostMapping("/email")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Change the account's e-mail address",
            description = "The new address is valid after it is confirmed with the token that it receives.")
    void changeAddress(Caller caller, @Valid @RequestBody AddressChange change) {
        reauthentication.prove(caller, change.password());
        User user = accounts.find(caller.userId()).orElseThrow();
        registrations.changeAddress(user.id(), user.email(), String.valueOf(change.email()));
    }
}
