package io.arketic.rag.organization;

import io.arketic.rag.listing.EntityTag;
import java.time.Instant;
import java.util.UUID;

/**
 * Holds a group of an organization's members, to which documents are shared.
 *
 * @param provided whether the organization's directory changes it, and no member does
 */
record MemberGroup(
        UUID id,
        UUID organizationId,
        String name,
        long memberCount,
        boolean provided,
        Instant createdAt,
        Instant updatedAt) {

    EntityTag etag() {
        return EntityTag.of(updatedAt);
    }
}
