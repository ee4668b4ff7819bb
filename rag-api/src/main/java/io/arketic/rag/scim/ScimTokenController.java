package io.arketic.rag.scim;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.permission.Role;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /organizations/{org}/scim-tokens}. */
@RestController
@RequestMapping("/api/v1/organizations/{organization}/scim-tokens")
@Tag(name = "Single sign-on")
class ScimTokenController {

    @Schema(name = "ScimTokenCreation")
    record Creation(
            @Schema(example = "Entra ID") @NotBlank @Size(max = 100)
            String name,

            @Schema(
                    example = "member",
                    description = "The role of the members that the directory adds; member without it.")
            @Nullable
            @Pattern(regexp = "admin|member|viewer", message = "must be admin, member or viewer")
            String defaultRole) {}

    /** Lists all tokens that are not revoked. */
    record ScimTokenList(List<ScimToken> items) {}

    private final ScimTokens tokens;
    private final Memberships memberships;

    ScimTokenController(ScimTokens tokens, Memberships memberships) {
        this.tokens = tokens;
        this.memberships = memberships;
    }

    @Requires(Permission.SCIM_TOKENS_ADMINISTER)
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Create a SCIM token",
            description =
                    "The organization's directory sends it as bearer token to /scim/v2. It adds, changes and removes "
                            + "members and groups of this organization. Only this answer shows the token.")
    ScimToken create(Caller caller, @PathVariable UUID organization, @Valid @RequestBody Creation creation) {
        String role = creation.defaultRole();
        return tokens.create(
                memberships.require(caller, organization),
                creation.name().strip(),
                role == null ? Role.MEMBER : Role.of(role));
    }

    @Requires(Permission.SCIM_TOKENS_ADMINISTER)
    @GetMapping
    @Operation(summary = "List the organization's SCIM tokens")
    ScimTokenList list(Caller caller, @PathVariable UUID organization) {
        return new ScimTokenList(tokens.list(memberships.require(caller, organization)));
    }

    @Requires(Permission.SCIM_TOKENS_ADMINISTER)
    @PostMapping("/{token}/rotate")
    @Operation(
            summary = "Replace a SCIM token",
            description = "The former token is refused from its next request on. Only this answer shows the new one.")
    ScimToken rotate(Caller caller, @PathVariable UUID organization, @PathVariable UUID token) {
        return tokens.rotate(memberships.require(caller, organization), token);
    }

    @Requires(Permission.SCIM_TOKENS_ADMINISTER)
    @DeleteMapping("/{token}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Revoke a SCIM token", description = "The token is refused from its next request on.")
    void revoke(Caller caller, @PathVariable UUID organization, @PathVariable UUID token) {
        tokens.revoke(memberships.require(caller, organization), token);
    }
}
