package io.arketic.rag.document;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.document.PublicLinks.PublicLink;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.Page;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** {@code /organizations/{org}/public-links}: what leaves an organization without an account, for its admins. */
@RestController
@RequestMapping("/api/v1/organizations/{organization}/public-links")
class OrganizationLinkController {

    private final Memberships memberships;
    private final PublicLinks links;

    OrganizationLinkController(Memberships memberships, PublicLinks links) {
        this.memberships = memberships;
        this.links = links;
    }

    @Operation(
            summary = "List the organization's public links that are not revoked, the newest first",
            description = "Also links to documents that are not shown to you.")
    @Requires(Permission.PUBLIC_LINKS_ADMINISTER)
    @GetMapping
    Page<PublicLink> list(
            Caller caller,
            @PathVariable UUID organization,
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        Membership admin = memberships.require(caller, organization);
        return Page.of(links.ofOrganization(admin, Cursor.parse(cursor), limit + 1), limit, PublicLink::id);
    }

    @Operation(summary = "Revoke a public link of any member", description = "The next request with it finds nothing.")
    @Requires(Permission.PUBLIC_LINKS_ADMINISTER)
    @DeleteMapping("/{publicLink}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void revoke(Caller caller, @PathVariable UUID organization, @PathVariable UUID publicLink) {
        links.revoke(memberships.require(caller, organization), publicLink);
    }
}
