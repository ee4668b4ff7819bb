package io.arketic.rag.organization;

import io.arketic.rag.listing.EntityTag;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds a member of an organization.
 *
 * @param updatedAt when the role was last changed; the ETag
 */
record Member(
        UUID id,
        UUID userId,
        String email,
        String firstName,
        String lastName,
        String role,
        @Nullable UUID invitedById,
        Instant joinedAt,
        Instant updatedAt) {

    EntityTag tag() {
        return EntityTag.of(updatedAt);
    }
}
