package io.arketic.schema.tenancy;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Names the tenant of a transaction. Row-level security shows the rows of this organization, and of this user in a
 * user's own tables. With neither, no tenant's row is visible.
 */
public record TenantContext(
        @Nullable UUID organizationId, @Nullable UUID userId) {

    public static final TenantContext NONE = new TenantContext(null, null);

    public static TenantContext of(UUID organizationId, UUID userId) {
        return new TenantContext(organizationId, userId);
    }

    public static TenantContext ofOrganization(UUID organizationId) {
        return new TenantContext(organizationId, null);
    }

    public static TenantContext ofUser(UUID userId) {
        return new TenantContext(null, userId);
    }
}
