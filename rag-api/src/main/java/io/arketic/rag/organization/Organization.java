package io.arketic.rag.organization;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds an organization as one of its members sees it.
 *
 * @param role of the asking member
 */
record Organization(
        UUID id,
        String name,
        String slug,
        @Nullable String description,
        String status,
        String subscriptionTier,
        int currentMembers,
        int maxMembers,
        @Nullable Instant trialEndsAt,
        @Nullable Instant subscriptionEndsAt,
        Instant createdAt,
        Instant updatedAt,
        String role) {}
