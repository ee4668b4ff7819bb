package io.arketic.rag.identity;

import java.time.Instant;
import java.util.UUID;

/** An account as its owner sees it. */
record User(
        UUID id,
        String email,
        String firstName,
        String lastName,
        String role,
        String status,
        boolean isVerified,
        Instant createdAt) {}
