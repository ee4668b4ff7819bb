package io.arketic.rag.organization;

import io.arketic.rag.listing.EntityTag;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds a member of an organization.
 *
 * @param email null for members that are no admins, if the user's {@code profile_visibility} is {@code private}
 * @param updatedAt when the role was last changed; the ETag
 */
record Member(
        UUID id,
        UUID userId,
        @Nullable String email,
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
