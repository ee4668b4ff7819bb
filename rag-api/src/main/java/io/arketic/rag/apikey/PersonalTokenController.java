package io.arketic.rag.apikey;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.permission.Scope;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Future;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /users/me/tokens}. */
@RestController
@RequestMapping("/api/v1/users/me/tokens")
@Tag(name = "Personal tokens")
class PersonalTokenController {

    @Schema(name = "PersonalTokenCreation")
    record Creation(
            @Schema(example = "laptop") @NotBlank @Size(max = 100)
            String name,

            @Schema(example = "[\"read\", \"search\"]", description = "read, search, chat and write.")
            @NotNull
            @Size(min = 1, max = 10)
            List<
                            @NotNull
                            @Pattern(regexp = "read|search|chat|write", message = "must be read, search, chat or write")
                            String>
                    scopes,

            @Schema(example = "2099-12-31T00:00:00Z") @NotNull @Future
            Instant expiresAt) {}

    /** Lists all tokens that are neither revoked nor expired. */
    record PersonalTokenList(List<PersonalToken> items) {}

    private final PersonalTokens tokens;

    PersonalTokenController(PersonalTokens tokens) {
        this.tokens = tokens;
    }

    @Requires(Permission.ACCOUNT_OWN)
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Create a personal token",
            description = "The token acts for you within its scopes, in every organization of yours with "
                    + "enable_api_access, and like the session that makes it: with its second factor and provider. Send "
                    + "it as a bearer token or as X-API-Key. It cannot change the account. Only this answer shows it. "
                    + "A token ends after at most 365 days, and one from a session of an identity provider after at "
                    + "most 30; a later expires_at is shortened, as the answer shows.")
    PersonalToken create(Caller caller, @Valid @RequestBody Creation creation) {
        return tokens.create(
                caller,
                creation.name().strip(),
                creation.scopes().stream()
                        .map(label -> Scope.valueOf(label.toUpperCase(Locale.ROOT)))
                        .collect(Collectors.toSet()),
                creation.expiresAt());
    }

    @Requires(Permission.ACCOUNT_OWN)
    @GetMapping
    @Operation(summary = "List your personal tokens")
    PersonalTokenList list(Caller caller) {
        return new PersonalTokenList(tokens.list(caller));
    }

    @Requires(Permission.ACCOUNT_OWN)
    @DeleteMapping("/{token}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Revoke a personal token", description = "The token is refused from its next request on.")
    void revoke(Caller caller, @PathVariable UUID token) {
        tokens.revoke(caller, token);
    }
}
