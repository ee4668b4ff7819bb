package io.arketic.rag.organization;

import io.arketic.rag.identity.Caller;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.Page;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** {@code /organizations}. */
@RestController
@RequestMapping("/api/v1/organizations")
class OrganizationController {

    record Creation(
            @NotBlank @Size(max = 200) String name,
            @Nullable String slug,
            @Nullable @Size(max = 2000) String description) {}

    private final Organizations organizations;

    OrganizationController(Organizations organizations) {
        this.organizations = organizations;
    }

    @Requires(Permission.ORGANIZATION_CREATE)
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    Organization create(Caller caller, @Valid @RequestBody Creation creation) {
        String name = creation.name().strip();
        Slug slug = creation.slug() == null ? Slug.ofName(name) : new Slug(creation.slug());
        return organizations
                .create(caller, name, slug, creation.description())
                .orElseThrow(() -> ProblemException.ofField(
                        ProblemReason.SLUG_TAKEN, "slug", "'" + slug.text() + "' is in use; choose another"));
    }

    @Requires(Permission.ORGANIZATION_LIST)
    @GetMapping
    Page<Organization> list(
            Caller caller,
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        return Page.of(organizations.list(caller, Cursor.parse(cursor), limit + 1), limit, Organization::id);
    }

    @Requires(Permission.ORGANIZATION_READ)
    @GetMapping("/{organization}")
    Organization get(Caller caller, @PathVariable UUID organization) {
        return organizations.find(caller, organization).orElseThrow(() -> ProblemException.notFound("organization"));
    }
}
