package io.arketic.rag.signin;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.signin.ClaimRules.GroupMapping;
import io.arketic.rag.signin.ClaimRules.RoleMapping;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /organizations/{org}/identity-provider}. */
@RestController
@RequestMapping("/api/v1/organizations/{organization}")
@Tag(name = "Single sign-on")
class IdentityProviderController {

    /** Holds a whole configuration; a missing field has its default. */
    @Schema(name = "IdentityProviderConfiguration", example = """
            {"name": "Acme", "issuer": "https://login.example.org", "client_id": "arketic", "client_secret": "a-secret",
             "role_claim": "roles", "role_mappings": [{"value": "arketic-admins", "role": "admin"}],
             "default_role": "member"}""")
    record Configuration(
            @NotBlank @Size(max = 100) String name,

            @Schema(description = "Exactly as the provider's tokens name it.") @NotBlank @Size(max = 500)
            String issuer,

            @NotBlank @Size(max = 300) String clientId,

            @Schema(description = "Missing keeps the earlier one; empty for a public client.")
            @Nullable
            @Size(max = 500)
            String clientSecret,

            @Schema(
                    description =
                            "Whether addresses count as verified where a token says so neither by email_verified nor"
                                    + " by xms_edov. Dangerous where users of the provider choose their address, or guests bring"
                                    + " theirs, as at Microsoft Entra: they would open the accounts of others. Let Entra send"
                                    + " xms_edov instead.")
            @Nullable
            Boolean addressesVerified,

            @Schema(description = "Values of the claims amr and acr that meet require_2fa, such as mfa.")
            @Nullable
            @Size(max = 20)
            List<@NotBlank @Size(max = 200) String> secondFactorValues,

            @Schema(
                    description =
                            "false: only sessions through the provider enter the organization. Owners and API keys"
                                    + " always do. It needs a verified domain and a provider that answers.")
            @Nullable
            Boolean passwordSignIn,

            @Schema(description = "The claim of the role, or the path to it, such as realm_access.roles.")
            @Nullable
            @Size(min = 1, max = 200)
            String roleClaim,

            @Nullable @Size(max = 50) List<@Valid @NotNull RoleMapping> roleMappings,

            @Schema(description = "Of users without a mapped role; without it they get no membership.")
            @Nullable
            @Pattern(regexp = ClaimRules.ROLES, message = "must be " + ClaimRules.ROLES)
            String defaultRole,

            @Nullable @Size(min = 1, max = 200) String groupClaim,

            @Nullable @Size(max = 200) List<@Valid @NotNull GroupMapping> groupMappings) {

        boolean verifiesAddresses() {
            return Boolean.TRUE.equals(addressesVerified);
        }

        boolean allowsPassword() {
            return !Boolean.FALSE.equals(passwordSignIn);
        }

        List<String> factors() {
            return secondFactorValues == null ? List.of() : secondFactorValues;
        }

        List<RoleMapping> roles() {
            return roleMappings == null ? List.of() : roleMappings;
        }

        List<GroupMapping> groups() {
            return groupMappings == null ? List.of() : groupMappings;
        }

        /** Shows no secret. */
        @Override
        public String toString() {
            return "Configuration[issuer=" + issuer + "]";
        }
    }

    private final Memberships memberships;
    private final IdentityProviders identityProviders;
    private final ProviderProbe probe;

    IdentityProviderController(Memberships memberships, IdentityProviders identityProviders, ProviderProbe probe) {
        this.memberships = memberships;
        this.identityProviders = identityProviders;
        this.probe = probe;
    }

    @Requires(Permission.SIGN_IN_READ)
    @GetMapping("/identity-provider")
    @Operation(summary = "See the organization's identity provider")
    IdentityProvider get(Caller caller, @PathVariable UUID organization) {
        return identityProviders
                .find(memberships.require(caller, organization))
                .orElseThrow(() -> ProblemException.notFound("identity provider"));
    }

    @Requires(Permission.SIGN_IN_CHANGE)
    @PutMapping("/identity-provider")
    @Operation(
            summary = "Choose the organization's identity provider",
            description =
                    "An OpenID Connect provider, whose callback is /api/v1/auth/sign-in/ID/callback. It makes accounts"
                            + " with addresses of the organization's verified domains, and opens those of members. Its"
                            + " sessions enter this organization only. Another issuer or client ends the sessions of the"
                            + " earlier one.")
    IdentityProvider put(
            Caller caller, @PathVariable UUID organization, @Valid @RequestBody Configuration configuration) {
        if (!Provider.isAddress(configuration.issuer())) {
            throw ProblemException.ofField(
                    ProblemReason.INVALID_INPUT, "issuer", "must be an address such as https://login.example.org");
        }
        Membership membership = memberships.require(caller, organization);
        if (!configuration.allowsPassword()) {
            probe.requireWorking(membership, configuration);
        }
        return identityProviders.put(membership, configuration);
    }

    @Requires(Permission.SIGN_IN_CHANGE)
    @DeleteMapping("/identity-provider")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(
            summary = "Remove the organization's identity provider",
            description = "Its sessions end. Accounts and memberships stay.")
    void delete(Caller caller, @PathVariable UUID organization) {
        identityProviders.delete(memberships.require(caller, organization));
    }

    @Requires(Permission.SIGN_IN_CHANGE)
    @DeleteMapping("/members/{member}/identity")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(
            summary = "Unlink a member's account from the identity provider",
            description = "The next user of the provider who signs in with the account's address is linked to it.")
    void unlink(Caller caller, @PathVariable UUID organization, @PathVariable UUID member) {
        identityProviders.unlink(memberships.require(caller, organization), member);
    }
}
