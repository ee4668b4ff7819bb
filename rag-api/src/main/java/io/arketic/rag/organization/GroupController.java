package io.arketic.rag.organization;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.EntityTag;
import io.arketic.rag.listing.Page;
import io.arketic.rag.organization.MemberGroups.GroupMember;
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
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /organizations/{org}/groups} and {@code /groups/{group}}. */
@RestController
@RequestMapping("/api/v1")
class GroupController {

    @Schema(name = "GroupNaming", example = """
            {"name": "Maintenance"}""")
    record GroupNaming(@NotBlank @Size(max = 100) String name) {}

    @Schema(name = "GroupMembers", example = """
            {"user_ids": []}""")
    record GroupMembers(@NotNull @Size(max = 1000) List<@NotNull UUID> userIds) {}

    private final Memberships memberships;
    private final MemberGroups groups;

    GroupController(Memberships memberships, MemberGroups groups) {
        this.memberships = memberships;
        this.groups = groups;
    }

    @Operation(summary = "Create a group of members", description = "Documents can be shared with its members.")
    @Requires(Permission.GROUPS_CHANGE)
    @PostMapping("/organizations/{organization}/groups")
    @ResponseStatus(HttpStatus.CREATED)
    MemberGroup create(Caller caller, @PathVariable UUID organization, @Valid @RequestBody GroupNaming naming) {
        return groups.create(memberships.require(caller, organization), name(naming));
    }

    @Operation(summary = "List the organization's groups, the newest first")
    @Requires(Permission.ORGANIZATION_READ)
    @GetMapping("/organizations/{organization}/groups")
    Page<MemberGroup> list(
            Caller caller,
            @PathVariable UUID organization,
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        Membership membership = memberships.require(caller, organization);
        return Page.of(groups.list(membership, Cursor.parse(cursor), limit + 1), limit, MemberGroup::id);
    }

    @Operation(summary = "See a group")
    @Requires(Permission.ORGANIZATION_READ)
    @GetMapping("/groups/{group}")
    ResponseEntity<MemberGroup> get(Caller caller, @PathVariable UUID group) {
        return answer(groups.require(caller, group).group());
    }

    @Operation(summary = "Rename a group")
    @Requires(Permission.GROUPS_CHANGE)
    @PatchMapping("/groups/{group}")
    ResponseEntity<MemberGroup> rename(
            Caller caller,
            @PathVariable UUID group,
            @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @Valid @RequestBody GroupNaming naming) {
        return answer(groups.rename(groups.require(caller, group), EntityTag.required(ifMatch), name(naming)));
    }

    @Operation(summary = "Delete a group", description = "Its members lose access to what was shared with it.")
    @Requires(Permission.GROUPS_CHANGE)
    @DeleteMapping("/groups/{group}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(Caller caller, @PathVariable UUID group) {
        groups.delete(groups.require(caller, group));
    }

    @Operation(summary = "List a group's members")
    @Requires(Permission.ORGANIZATION_READ)
    @GetMapping("/groups/{group}/members")
    Page<GroupMember> members(
            Caller caller,
            @PathVariable UUID group,
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        return Page.of(
                groups.members(groups.require(caller, group), Cursor.parse(cursor), limit + 1),
                limit,
                GroupMember::userId);
    }

    @Operation(summary = "Set a group's members", description = "The list replaces the earlier one.")
    @Requires(Permission.GROUPS_CHANGE)
    @PutMapping("/groups/{group}/members")
    ResponseEntity<MemberGroup> choose(
            Caller caller,
            @PathVariable UUID group,
            @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @Valid @RequestBody GroupMembers members) {
        return answer(groups.replaceMembers(
                groups.require(caller, group), EntityTag.required(ifMatch), new HashSet<>(members.userIds())));
    }

    private static String name(GroupNaming naming) {
        String name = naming.name().strip();
        if (name.codePoints().anyMatch(Character::isISOControl)) {
            throw ProblemException.ofField(ProblemReason.INVALID_INPUT, "name", "must not hold control characters");
        }
        return name;
    }

    private static ResponseEntity<MemberGroup> answer(MemberGroup group) {
        return ResponseEntity.ok().eTag(group.etag().text()).body(group);
    }
}
