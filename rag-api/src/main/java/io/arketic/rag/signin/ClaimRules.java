package io.arketic.rag.signin;

import io.arketic.rag.permission.Role;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says which role and groups a provider's claims give.
 *
 * @param defaultRole of users without a mapped role; null gives them no membership
 */
record ClaimRules(
        @Nullable String roleClaim,
        List<RoleMapping> roleMappings,
        @Nullable Role defaultRole,
        @Nullable String groupClaim,
        List<GroupMapping> groupMappings) {

    static final String ROLES = "admin|member|viewer";

    record RoleMapping(
            @Schema(example = "arketic-admins") @NotBlank @Size(max = 200)
            String value,

            @Schema(example = "admin") @NotNull @Pattern(regexp = ROLES, message = "must be " + ROLES)
            String role) {}

    record GroupMapping(
            @Schema(example = "engineering") @NotBlank @Size(max = 200)
            String value,

            @NotNull UUID groupId) {}

    ClaimRules {
        roleMappings = List.copyOf(roleMappings);
        groupMappings = List.copyOf(groupMappings);
    }

    /** Returns the highest mapped role, otherwise the default one. */
    Optional<Role> role(Map<String, Object> claims) {
        Set<String> values = roleClaim == null ? Set.of() : Set.copyOf(values(claims, roleClaim));
        return roleMappings.stream()
                .filter(mapping -> values.contains(mapping.value()))
                .map(mapping -> Role.of(mapping.role()))
                .min(Role::compareTo)
                .or(() -> Optional.ofNullable(defaultRole));
    }

    /**
     * Returns the mapped groups; empty if the token does not say which the user has. Microsoft Entra leaves out a long list
     * and names where it can be read (OpenID Connect Core, 5.6.2).
     */
    Optional<Set<UUID>> groups(Map<String, Object> claims) {
        if (groupClaim == null) {
            return Optional.of(Set.of());
        }
        if (claims.get("_claim_names") instanceof Map<?, ?> elsewhere && elsewhere.containsKey(groupClaim)) {
            return Optional.empty();
        }
        Set<String> values = Set.copyOf(values(claims, groupClaim));
        return Optional.of(groupMappings.stream()
                .filter(mapping -> values.contains(mapping.value()))
                .map(GroupMapping::groupId)
                .collect(Collectors.toSet()));
    }

    /**
     * Returns the texts of a claim, one or a list.
     *
     * @param name of the claim, or the path to it with dots, as {@code realm_access.roles}
     */
    static List<String> values(Map<String, Object> claims, String name) {
        Object found = claims.get(name);
        int dot = name.indexOf('.');
        if (found == null && dot > 0 && claims.get(name.substring(0, dot)) instanceof Map<?, ?> inner) {
            return values(named(inner), name.substring(dot + 1));
        }
        if (found instanceof Collection<?> several) {
            return several.stream()
                    .filter(String.class::isInstance)
                    .map(String.class::cast)
                    .distinct()
                    .collect(Collectors.toCollection(ArrayList::new));
        }
        return found instanceof String one ? List.of(one) : List.of();
    }

    private static Map<String, Object> named(Map<?, ?> map) {
        return map.entrySet().stream()
                .filter(entry -> entry.getKey() != null && entry.getValue() != null)
                .collect(Collectors.toMap(entry -> entry.getKey().toString(), entry -> (Object) entry.getValue()));
    }
}
