package io.arketic.rag.organization;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.EntityTag;
import io.arketic.rag.listing.Page;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.permission.Role;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
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

/** Serves {@code /organizations/{org}/members}, and the ways to leave and to transfer ownership. */
@RestController
@RequestMapping("/api/v1/organizations/{organization}")
class MemberController {

    @Schema(example = "{\"role\": \"admin\"}")
    record RoleChange(
            @NotNull @Pattern(regexp = ROLES, message = "must be " + ROLES)
            String role) {}

    @Schema(example = "{\"member_id\": \"01980000-0000-7000-8000-000000000000\"}")
    record Transfer(@NotNull UUID memberId) {}

    static final String ROLES = "owner|admin|member|viewer";

    private final Memberships memberships;
    private final Members members;
    private final MemberProfiles profiles;

    MemberController(Memberships memberships, Members members, MemberProfiles profiles) {
        this.memberships = memberships;
        this.members = members;
        this.profiles = profiles;
    }

    @Operation(
            summary = "List the organization's members, the newest first",
            description = "With skill, those whose visible profile names this skill or certification, in any case.")
    @Requires(Permission.ORGANIZATION_READ)
    @GetMapping("/members")
    Page<Member> list(
            Caller caller,
            @PathVariable UUID organization,
            @RequestParam(required = false) @Size(min = 1, max = 200) @Nullable String skill,
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        Membership membership = memberships.require(caller, organization);
        return Page.of(members.list(membership, skill, Cursor.parse(cursor), limit + 1), limit, Member::id);
    }

    @Operation(summary = "See a member")
    @Requires(Permission.ORGANIZATION_READ)
    @GetMapping("/members/{member}")
    ResponseEntity<Member> get(Caller caller, @PathVariable UUID organization, @PathVariable UUID member) {
        return answer(members.require(memberships.require(caller, organization), member));
    }

    @Operation(
            summary = "See a member's profile",
            description = "Only the names are shown if the user's profile_visibility is private.")
    @Requires(Permission.ORGANIZATION_READ)
    @GetMapping("/members/{member}/profile")
    MemberProfile profile(Caller caller, @PathVariable UUID organization, @PathVariable UUID member) {
        return profiles.of(memberships.require(caller, organization), member);
    }

    @Operation(
            summary = "See a member's uploaded picture",
            description = "Not found if the user's profile_visibility is private.")
    @Requires(Permission.ORGANIZATION_READ)
    @GetMapping(
            value = "/members/{member}/avatar",
            produces = {MediaType.IMAGE_PNG_VALUE, MediaType.IMAGE_JPEG_VALUE})
    ResponseEntity<byte[]> avatar(Caller caller, @PathVariable UUID organization, @PathVariable UUID member) {
        return profiles.avatar(memberships.require(caller, organization), member)
                .answer();
    }

    @Operation(
            summary = "Change a member's role",
            description = "Only owners make and change owners, and the last owner stays.")
    @Requires(Permission.MEMBERS_CHANGE)
    @PatchMapping("/members/{member}")
    ResponseEntity<Member> change(
            Caller caller,
            @PathVariable UUID organization,
            @PathVariable UUID member,
            @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @Valid @RequestBody RoleChange change) {
        Membership by = memberships.require(caller, organization);
        return answer(members.change(by, member, EntityTag.required(ifMatch), Role.of(change.role())));
    }

    @Operation(summary = "Remove a member", description = "Only owners remove owners; the last owner stays.")
    @Requires(Permission.MEMBERS_CHANGE)
    @DeleteMapping("/members/{member}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void remove(Caller caller, @PathVariable UUID organization, @PathVariable UUID member) {
        members.remove(memberships.require(caller, organization), member);
    }

    @Operation(summary = "Leave the organization", description = "The last owner must transfer it first.")
    @Requires(Permission.ORGANIZATION_LEAVE)
    @PostMapping("/leave")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void leave(Caller caller, @PathVariable UUID organization) {
        members.leave(memberships.require(caller, organization));
    }

    @Operation(
            summary = "Transfer the organization to another member",
            description = "The member becomes an owner, and you become an admin.")
    @Requires(Permission.OWNERSHIP_TRANSFER)
    @PostMapping("/transfer")
    Member transfer(Caller caller, @PathVariable UUID organization, @Valid @RequestBody Transfer transfer) {
        return members.transfer(memberships.require(caller, organization), transfer.memberId());
    }

    private static ResponseEntity<Member> answer(Member member) {
        return ResponseEntity.ok().eTag(member.tag().text()).body(member);
    }
}
