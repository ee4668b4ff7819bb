package io.arketic.rag.providerkey;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.organization.Membership;
import io.arketic.schema.tenancy.TenantContext;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Names the owner of keys: a user or an organization, by one of the two ids.
 *
 * @param acting user who stores or deletes them
 */
record KeyOwner(@Nullable UUID userId, @Nullable UUID organizationId, UUID acting) {

    static KeyOwner self(Caller caller) {
        return new KeyOwner(caller.userId(), null, caller.userId());
    }

    static KeyOwner organization(Membership membership) {
        return new KeyOwner(null, membership.organizationId(), membership.userId());
    }

    TenantContext context() {
        return organizationId == null ? TenantContext.ofUser(acting) : TenantContext.of(organizationId, acting);
    }
}
