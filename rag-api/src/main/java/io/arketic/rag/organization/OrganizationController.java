package io.arketic.rag.organization;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.listing.Clearable;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.EntityTag;
import io.arketic.rag.listing.Page;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /organizations}. */
@RestController
@RequestMapping("/api/v1/organizations")
class OrganizationController {

    private static final String NOT_BLANK = "[\\s\\S]*\\S[\\s\\S]*";

    @Schema(example = """
            {"name": "Aurelia Pumps", "slug": "aurelia-pumps", "description": "Everything about our pumps"}""")
    record Creation(
            @NotBlank @Size(max = 200) String name,
            @Nullable @Size(max = 100) String slug,
            @Nullable @Size(max = 2000) String description) {}

    @Schema(example = """
            {"name": "Aurelia Pumps and Valves", "description": "Pumps, and valves since 2026"}""")
    record Change(
            @Nullable @Size(max = 200) @Pattern(regexp = NOT_BLANK, message = "must not be blank")
            String name,

            @Clearable @Nullable @Size(max = 2000) String description) {}

    private final Organizations organizations;
    private final Memberships memberships;
    private final DailyLimits limits;

    OrganizationController(Organizations organizations, Memberships memberships, DailyLimits limits) {
        this.organizations = organizations;
        this.memberships = memberships;
        this.limits = limits;
    }

    @Operation(summary = "Create an organization and own it")
    @Requires(Permission.ORGANIZATION_CREATE)
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    ResponseEntity<Organization> create(Caller caller, @Valid @RequestBody Creation creation) {
        caller.requireWholeAccount();
        String name = creation.name().strip();
        Slug slug = creation.slug() == null ? Slug.ofName(name) : new Slug(creation.slug());
        limits.admitOrganization(caller.userId());
        Organization created = organizations
                .create(caller, name, slug, creation.description())
                .orElseThrow(() -> {
                    limits.giveBackOrganization(caller.userId());
                    return ProblemException.ofField(
                            ProblemReason.SLUG_TAKEN, "slug", "'" + slug.text() + "' is in use; choose another");
                });
        return answer(ResponseEntity.created(URI.create("/api/v1/organizations/" + created.id())), created);
    }

    @Operation(summary = "List the organizations that you belong to, the newest first")
    @Requires(Permission.ORGANIZATION_LIST)
    @GetMapping
    Page<Organization> list(
            Caller caller,
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        return Page.of(organizations.list(caller, Cursor.parse(cursor), limit + 1), limit, Organization::id);
    }

    @Operation(summary = "See an organization")
    @Requires(Permission.ORGANIZATION_READ)
    @GetMapping("/{organization}")
    ResponseEntity<Organization> get(Caller caller, @PathVariable UUID organization) {
        return answer(ResponseEntity.ok(), organizations.require(memberships.require(caller, organization)));
    }

    @Operation(
            summary = "Change the name or the description",
            description = "The slug never changes: it is part of the keys of all stored files.")
    @Requires(Permission.ORGANIZATION_CHANGE)
    @PatchMapping("/{organization}")
    ResponseEntity<Organization> change(
            Caller caller,
            @PathVariable UUID organization,
            @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @Valid @RequestBody Change change) {
        Membership membership = memberships.require(caller, organization);
        return answer(ResponseEntity.ok(), organizations.change(membership, EntityTag.required(ifMatch), change));
    }

    private static ResponseEntity<Organization> answer(ResponseEntity.BodyBuilder response, Organization organization) {
        return response.eTag(EntityTag.of(organization.updatedAt()).text()).body(organization);
    }
}
