package io.arketic.rag.signin;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Shows an organization's identity provider, without its secret. */
record IdentityProvider(
        UUID id,
        @Schema(example = "Acme") String name,
        @Schema(example = "https://login.example.org") String issuer,
        @Schema(example = "arketic") String clientId,

        @Schema(description = "Whether a client secret is stored.")
        boolean confidential,

        boolean addressesVerified,
        List<String> secondFactorValues,
        boolean passwordSignIn,
        @Schema(example = "roles") @Nullable String roleClaim,
        List<ClaimRules.RoleMapping> roleMappings,
        @Schema(example = "member") @Nullable String defaultRole,
        @Schema(example = "groups") @Nullable String groupClaim,
        List<ClaimRules.GroupMapping> groupMappings,
        Instant createdAt,
        Instant updatedAt) {

    IdentityProvider {
        secondFactorValues = List.copyOf(secondFactorValues);
        roleMappings = List.copyOf(roleMappings);
        groupMappings = List.copyOf(groupMappings);
    }
}
