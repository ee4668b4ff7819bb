package io.arketic.rag.caller;

import io.arketic.rag.permission.Role;
import io.arketic.schema.tenancy.TenantContext;
import java.util.UUID;

/**
 * Identifies the directory that sends a SCIM request, by the token of its organization; controllers take it as an argument.
 *
 * @param defaultRole of members that it adds
 */
public record Directory(UUID tokenId, UUID organizationId, Role defaultRole) {

    /** Returns the organization's own context: a directory is no user. */
    public TenantContext context() {
        return TenantContext.ofOrganization(organizationId);
    }
}
