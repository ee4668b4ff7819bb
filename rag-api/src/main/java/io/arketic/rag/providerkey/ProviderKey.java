package io.arketic.rag.providerkey;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.UUID;

/** Holds a key as its owner sees it: its name, and only its last characters. */
record ProviderKey(
        UUID id,
        String provider,
        String name,

        @Schema(example = "…x7Qa", description = "The key's last four characters; the rest is never shown.")
        String key,

        Instant createdAt,
        Instant updatedAt) {}
