package io.arketic.schema.tenancy;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * For whom a transaction runs. Row-level security shows it the rows of this organization, and of this user where a
 * table is a user's own; with neither it sees no tenant's row at all.
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
