package io.arketic.rag.apikey;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.organization.Memberships;
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
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /organizations/{org}/api-keys}. */
@RestController
@RequestMapping("/api/v1/organizations/{organization}/api-keys")
@Tag(name = "API keys")
class ApiKeyController {

    record Creation(
            @Schema(example = "nightly import") @NotBlank @Size(max = 100)
            String name,

            @Schema(example = "[\"read\", \"search\"]", description = "read, search, chat and write.")
            @NotNull
            @Size(min = 1, max = 10)
            List<
                            @NotNull
                            @Pattern(regexp = "read|search|chat|write", message = "must be read, search, chat or write")
                            String>
                    scopes,

            @Schema(example = "2099-12-31T00:00:00Z", description = "Without it, the key is valid until it is revoked.")
            @Nullable
            @Future
            Instant expiresAt) {}

    /** Lists all keys that are not revoked. */
    record ApiKeyList(List<ApiKey> items) {}

    private final ApiKeys keys;
    private final Memberships memberships;

    ApiKeyController(ApiKeys keys, Memberships memberships) {
        this.keys = keys;
        this.memberships = memberships;
    }

    @Requires(Permission.API_KEYS_ADMINISTER)
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Create an API key",
            description = "The key acts for its maker, only in this organization and within its scopes. Send "
                    + "it as X-API-Key or as a bearer token. It is refused while the setting "
                    + "enable_api_access is off. Only this answer shows the key.")
    ApiKey create(Caller caller, @PathVariable UUID organization, @Valid @RequestBody Creation creation) {
        return keys.create(
                memberships.require(caller, organization),
                creation.name().strip(),
                creation.scopes().stream()
                        .map(label -> Scope.valueOf(label.toUpperCase(Locale.ROOT)))
                        .collect(Collectors.toSet()),
                creation.expiresAt());
    }

    @Requires(Permission.API_KEYS_ADMINISTER)
    @GetMapping
    @Operation(summary = "List the organization's API keys")
    ApiKeyList list(Caller caller, @PathVariable UUID organization) {
        return new ApiKeyList(keys.list(memberships.require(caller, organization)));
    }

    @Requires(Permission.API_KEYS_ADMINISTER)
    @DeleteMapping("/{key}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Revoke an API key", description = "The key is refused from its next request on.")
    void revoke(Caller caller, @PathVariable UUID organization, @PathVariable UUID key) {
        keys.revoke(memberships.require(caller, organization), key);
    }
}
