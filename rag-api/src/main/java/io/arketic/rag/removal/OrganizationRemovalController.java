package io.arketic.rag.removal;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.login.Reauthentication;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Removes {@code /organizations/{organization}}; it is here because most of the work is its knowledge. */
@RestController
@Tag(name = "Organizations")
class OrganizationRemovalController {

    record Removal(
            @Schema(example = "correct horse battery", description = "The caller's own password.")
            @NotBlank
            @Size(max = 200)
            String password,

            @Schema(
                    example = "492039",
                    description = "Required with two-factor authentication; a recovery code is also valid.")
            @Nullable
            @Size(max = 50)
            String twoFactorCode) {}

    private final Memberships memberships;
    private final Reauthentication reauthentication;
    private final Removals removals;

    OrganizationRemovalController(Memberships memberships, Reauthentication reauthentication, Removals removals) {
        this.memberships = memberships;
        this.reauthentication = reauthentication;
        this.removals = removals;
    }

    /**
     * Hides the organization from now on; what it owns is removed in the background.
     *
     * @param objects whether the files in the bucket go, too; those of chats always do
     */
    @Operation(
            summary = "Remove an organization with all that it owns, and optionally its files",
            description = "This is permanent: knowledge bases, documents, chats, members, keys, settings and "
                    + "records are removed. Files in the bucket stay unless objects is true, and are no "
                    + "longer read.")
    @Requires(Permission.ORGANIZATION_REMOVE)
    @DeleteMapping("/api/v1/organizations/{organization}")
    @ResponseStatus(HttpStatus.ACCEPTED)
    void remove(
            Caller caller,
            @PathVariable UUID organization,
            @RequestParam(defaultValue = "false") boolean objects,
            @Valid @RequestBody Removal request) {
        Membership membership = memberships.require(caller, organization);
        reauthentication.confirm(caller, request.password(), request.twoFactorCode());
        removals.request(membership, objects);
    }
}
