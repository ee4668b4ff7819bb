package io.arketic.rag.organization;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Holds an invitation that waits to be accepted. Only the message contains its token. */
record Invitation(
        UUID id, String email, String role, @Nullable UUID invitedById, Instant createdAt, Instant expiresAt) {}
