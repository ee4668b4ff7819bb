package io.arketic.rag.account;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.arketic.rag.listing.EntityTag;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Holds an account as its owner and administrators see it. */
public record User(
        UUID id,
        @Schema(example = "ada@example.org") String email,
        @Schema(example = "ada") @Nullable String username,
        @Schema(example = "Ada") String firstName,
        @Schema(example = "Lovelace") String lastName,

        @Schema(allowableValues = {"super_admin", "admin", "user", "viewer"})
        String role,

        @Schema(allowableValues = {"active", "inactive", "suspended", "pending_verification"})
        String status,

        boolean isVerified,
        boolean twoFactorEnabled,
        Instant createdAt,
        @JsonIgnore Instant updatedAt,
        @Nullable Instant lastLoginAt,
        @Nullable Instant emailVerifiedAt,
        Instant passwordChangedAt) {

    public EntityTag tag() {
        return EntityTag.of(updatedAt);
    }
}
