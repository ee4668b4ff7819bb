package io.arketic.rag.organization;

import io.arketic.rag.listing.EntityTag;
import java.time.Instant;
import java.util.UUID;

/** Holds a group of an organization's members, to which documents are shared. */
record MemberGroup(UUID id, UUID organizationId, String name, long memberCount, Instant createdAt, Instant updatedAt) {

    EntityTag etag() {
        return EntityTag.of(updatedAt);
    }
}
