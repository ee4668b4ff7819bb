package io.arketic.rag.organization;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An invitation that waits to be accepted. Its token is in the letter alone. */
record Invitation(
        UUID id, String email, String role, @Nullable UUID invitedById, Instant createdAt, Instant expiresAt) {}
