package io.arketic.rag.providerkey;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.organization.Memberships;
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

/** Serves {@code /organizations/{org}/provider-keys}. */
@RestController
@RequestMapping("/api/v1/organizations/{organization}/provider-keys")
@Tag(name = "Organizations")
class OrganizationKeyController {

    private final ProviderKeys keys;
    private final Memberships memberships;

    OrganizationKeyController(ProviderKeys keys, Memberships memberships) {
        this.keys = keys;
        this.memberships = memberships;
    }

    @Requires(Permission.PROVIDER_KEYS_ADMINISTER)
    @GetMapping
    @Operation(summary = "List the organization's keys of model providers, the newest first")
    ProviderKeyList list(Caller caller, @PathVariable UUID organization) {
        return new ProviderKeyList(keys.list(owner(caller, organization)));
    }

    @Requires(Permission.PROVIDER_KEYS_ADMINISTER)
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Store a key of a model provider for all users of the organization",
            description = "Questions in the organization use it if the asker has no key of that provider. It "
                    + "is stored encrypted; only its last four characters are shown again.")
    ProviderKey add(Caller caller, @PathVariable UUID organization, @Valid @RequestBody KeyCreation creation) {
        return keys.add(owner(caller, organization), creation.provider(), creation.nameOrDefault(), creation.key());
    }

    @Requires(Permission.PROVIDER_KEYS_ADMINISTER)
    @PutMapping("/{providerKey}")
    @Operation(summary = "Replace a key of the organization by another of the same provider")
    ProviderKey replace(
            Caller caller,
            @PathVariable UUID organization,
            @PathVariable UUID providerKey,
            @Valid @RequestBody KeyReplacement replacement) {
        return keys.replace(owner(caller, organization), providerKey, replacement.key());
    }

    @Requires(Permission.PROVIDER_KEYS_ADMINISTER)
    @DeleteMapping("/{providerKey}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Delete a key of the organization")
    void delete(Caller caller, @PathVariable UUID organization, @PathVariable UUID providerKey) {
        keys.delete(owner(caller, organization), providerKey);
    }

    private KeyOwner owner(Caller caller, UUID organization) {
        return KeyOwner.organization(memberships.require(caller, organization));
    }
}
