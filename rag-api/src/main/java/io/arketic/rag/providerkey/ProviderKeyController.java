package io.arketic.rag.providerkey;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import java.util.UUID;
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

/** Serves {@code /users/me/provider-keys}. */
@RestController
@RequestMapping("/api/v1/users/me/provider-keys")
@Tag(name = "Own account")
class ProviderKeyController {

    private final ProviderKeys keys;

    ProviderKeyController(ProviderKeys keys) {
        this.keys = keys;
    }

    @Requires(Permission.ACCOUNT_OWN)
    @GetMapping
    @Operation(summary = "List your own keys of model providers, the newest first")
    ProviderKeyList list(Caller caller) {
        return new ProviderKeyList(keys.list(KeyOwner.self(caller)));
    }

    @Requires(Permission.ACCOUNT_OWN)
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Store a key of a model provider",
            description = "It is stored encrypted; only its last four characters are shown again.")
    ProviderKey add(Caller caller, @Valid @RequestBody KeyCreation creation) {
        caller.requireWholeAccount();
        return keys.add(KeyOwner.self(caller), creation.provider(), creation.nameOrDefault(), creation.key());
    }

    @Requires(Permission.ACCOUNT_OWN)
    @PutMapping("/{providerKey}")
    @Operation(summary = "Replace a key by another of the same provider")
    ProviderKey replace(Caller caller, @PathVariable UUID providerKey, @Valid @RequestBody KeyReplacement replacement) {
        caller.requireWholeAccount();
        return keys.replace(KeyOwner.self(caller), providerKey, replacement.key());
    }

    @Requires(Permission.ACCOUNT_OWN)
    @DeleteMapping("/{providerKey}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Delete a key of a model provider")
    void delete(Caller caller, @PathVariable UUID providerKey) {
        caller.requireWholeAccount();
        keys.delete(KeyOwner.self(caller), providerKey);
    }
}
