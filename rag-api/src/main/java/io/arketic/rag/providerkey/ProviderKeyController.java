package io.arketic.rag.providerkey;

import io.arketic.rag.identity.Caller;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** {@code /users/me/provider-keys}. */
@RestController
@RequestMapping("/api/v1/users/me/provider-keys")
@Tag(name = "Own account")
class ProviderKeyController {

    /** What goes into a header as it is. */
    private static final String PRINTABLE = "[\\x21-\\x7e]*";

    record Creation(
            @Schema(example = "openai", description = "The name that the deployment's settings give the provider.")
            @NotNull
            @Size(min = 1, max = 50)
            @Pattern(regexp = "[a-z0-9._-]*", message = "must be lower-case letters, digits, dots, dashes, underscores")
            String provider,

            @Schema(example = "default", description = "To tell several for one provider apart; default without it.")
            @Nullable
            @Size(min = 1, max = 100)
            @Pattern(regexp = "\\S(.*\\S)?", message = "must not begin or end with blanks")
            String name,

            @Schema(example = "sk-3QnZ8mVxW2LrT5yBx7Qa")
            @NotNull
            @Size(min = 8, max = 500)
            @Pattern(regexp = PRINTABLE, message = "must be printable characters without blanks")
            String key) {}

    record Replacement(
            @Schema(example = "sk-7LpW4cRfK9XsU2dHu3Fe")
            @NotNull
            @Size(min = 8, max = 500)
            @Pattern(regexp = PRINTABLE, message = "must be printable characters without blanks")
            String key) {}

    record ProviderKeyList(List<ProviderKey> items) {}

    private final ProviderKeys keys;

    ProviderKeyController(ProviderKeys keys) {
        this.keys = keys;
    }

    @Requires(Permission.ACCOUNT_OWN)
    @GetMapping
    @Operation(summary = "List one's own keys of model providers, the newest first")
    ProviderKeyList list(Caller caller) {
        return new ProviderKeyList(keys.list(caller.userId()));
    }

    @Requires(Permission.ACCOUNT_OWN)
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Leave a key of a model provider",
            description = "It is stored encrypted and never shown again, but for its last four characters.")
    ProviderKey add(Caller caller, @Valid @RequestBody Creation creation) {
        return keys.add(
                caller.userId(),
                creation.provider(),
                creation.name() == null ? "default" : creation.name(),
                creation.key());
    }

    @Requires(Permission.ACCOUNT_OWN)
    @PutMapping("/{providerKey}")
    @Operation(summary = "Replace a key by another of the same provider")
    ProviderKey replace(Caller caller, @PathVariable UUID providerKey, @Valid @RequestBody Replacement replacement) {
        return keys.replace(caller.userId(), providerKey, replacement.key());
    }

    @Requires(Permission.ACCOUNT_OWN)
    @DeleteMapping("/{providerKey}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Delete a key of a model provider")
    void delete(Caller caller, @PathVariable UUID providerKey) {
        keys.delete(caller.userId(), providerKey);
    }
}
