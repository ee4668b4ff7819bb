package io.arketic.rag.organization;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Somebody who belongs to an organization. */
record Member(
        UUID id,
        UUID userId,
        String email,
        String firstName,
        String lastName,
        String role,
        @Nullable UUID invitedById,
        Instant joinedAt) {}
