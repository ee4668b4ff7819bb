package io.arketic.rag.login;

import io.arketic.rag.account.Credentials;
import io.arketic.rag.account.DeviceToken;
import io.arketic.rag.account.EmailAddress;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.caller.SecretToken;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /auth/password} and {@code /auth/password-reset}: a new password, with the old one or by mail. */
@RestController
@RequestMapping("/api/v1/auth")
@Tag(name = "Authentication")
class PasswordController {

    record Change(
            @Schema(example = "correct horse battery") @NotBlank @Size(max = 200)
            String currentPassword,

            @Schema(example = "staple under the bridge") @NotNull @Size(min = 8, max = 200)
            String newPassword) {}

    record ResetRequest(
            @Schema(example = "ada@example.org")
            @Nullable
            @NotBlank
            @Email(regexp = EmailAddress.PATTERN)
            @Size(max = 255)
            String email) {

        ResetRequest {
            email = email == null ? null : EmailAddress.normalise(email);
        }
    }

    record Reset(
            @Schema(example = "0VNn0Zt9uM1yqH4kD5b8m3w2b7bq1x6rF0cE9aTqK2s") @NotBlank @Size(max = 200)
            String token,

            @Schema(example = "staple under the bridge") @NotNull @Size(min = 8, max = 200)
            String newPassword) {}

    private final PasswordChanges changes;
    private final Reauthentication reauthentication;

    PasswordController(PasswordChanges changes, Reauthentication reauthentication) {
        this.changes = changes;
        this.reauthentication = reauthentication;
    }

    @Requires(Permission.ACCOUNT_OWN)
    @PostMapping("/password")
    @Operation(
            summary = "Change the password",
            description = "Every session ends at once; the answer has the tokens of a new one.")
    Tokens change(
            Caller caller,
            @Valid @RequestBody Change change,
            @RequestHeader(value = HttpHeaders.USER_AGENT, defaultValue = "") String userAgent) {
        Credentials.Known known = reauthentication.prove(caller, change.currentPassword());
        return changes.change(caller, known, change.newPassword(), userAgent);
    }

    @Requires(Permission.ACCOUNT_OPEN)
    @PostMapping("/password-reset")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Request a new password",
            description = "The address gets a message with a token if it has an account; the answer does not "
                    + "reveal this.")
    void requestReset(@Valid @RequestBody ResetRequest request) {
        changes.requestReset(String.valueOf(request.email()));
    }

    @Requires(Permission.ACCOUNT_OPEN)
    @PostMapping("/password-reset/confirm")
    @Operation(
            summary = "Set a new password",
            description = "Requires the token of the message. It ends every session and unlocks a locked " + "account.")
    DeviceToken reset(@Valid @RequestBody Reset reset) {
        return new DeviceToken(changes.reset(new SecretToken(reset.token()), reset.newPassword()));
    }
}
