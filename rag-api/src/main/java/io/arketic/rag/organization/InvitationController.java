package io.arketic.rag.organization;

import io.arketic.rag.account.EmailAddress;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.caller.SecretToken;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.Page;
import io.arketic.rag.mail.MailQueue;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.permission.Role;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /organizations/{org}/invitations}, and the invited user's operations with the token. */
@RestController
@RequestMapping("/api/v1")
class InvitationController {

    @Schema(example = """
            {"email": "grace@example.org", "role": "member"}""")
    record Creation(
            @Nullable @NotBlank @Email(regexp = EmailAddress.PATTERN) @Size(max = 255)
            String email,

            @NotNull @Pattern(regexp = MemberController.ROLES, message = "must be " + MemberController.ROLES)
            String role) {

        Creation {
            email = email == null ? null : EmailAddress.normalise(email);
        }
    }

    @Schema(example = """
            {"token": "the-token-of-the-letter"}""")
    record Token(@NotBlank @Size(max = 200) String token) {}

    private final Memberships memberships;
    private final Organizations organizations;
    private final Invitations invitations;
    private final MailQueue mail;
    private final DailyLimits limits;

    InvitationController(
            Memberships memberships,
            Organizations organizations,
            Invitations invitations,
            MailQueue mail,
            DailyLimits limits) {
        this.memberships = memberships;
        this.organizations = organizations;
        this.invitations = invitations;
        this.mail = mail;
        this.limits = limits;
    }

    @Operation(
            summary = "Invite a user by e-mail",
            description = "The message has a token that is valid once, within a week. Inviting an address "
                    + "again replaces its open invitation.")
    @Requires(Permission.INVITATIONS)
    @PostMapping("/organizations/{organization}/invitations")
    @ResponseStatus(HttpStatus.CREATED)
    Invitation invite(Caller caller, @PathVariable UUID organization, @Valid @RequestBody Creation creation) {
        Membership membership = memberships.require(caller, organization);
        Invitations.Sender sender = invitations.sender(membership);
        if (mail.reachesPeople() && !sender.verified()) {
            throw new ProblemException(
                    ProblemReason.EMAIL_UNVERIFIED,
                    "Only accounts with a confirmed address may invite: POST /api/v1/auth/verify-email.");
        }
        String email = String.valueOf(creation.email());
        limits.admitInvitation(membership, email);
        try {
            return add(membership, sender, email, Role.of(creation.role()));
        } catch (RuntimeException failure) {
            try {
                limits.giveBackInvitation(membership, email);
            } catch (RuntimeException notGivenBack) {
                failure.addSuppressed(notGivenBack);
            }
            throw failure;
        }
    }

    private Invitation add(Membership membership, Invitations.Sender sender, String email, Role role) {
        SecretToken token = SecretToken.random();
        String name = organizations.require(membership).name();
        return invitations.add(
                membership,
                email,
                role,
                token,
                (sql, invitation) -> mail.send(
                        sql,
                        new InvitationLetter(
                                        sender.email(),
                                        name,
                                        invitation.role(),
                                        mail.instructions("invitation", token.text()),
                                        invitation.expiresAt().toString())
                                .to(invitation.email())));
    }

    @Operation(summary = "List open invitations, the newest first")
    @Requires(Permission.INVITATIONS)
    @GetMapping("/organizations/{organization}/invitations")
    Page<Invitation> list(
            Caller caller,
            @PathVariable UUID organization,
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        Membership membership = memberships.require(caller, organization);
        return Page.of(invitations.list(membership, Cursor.parse(cursor), limit + 1), limit, Invitation::id);
    }

    @Operation(summary = "Revoke an invitation")
    @Requires(Permission.INVITATIONS)
    @DeleteMapping("/organizations/{organization}/invitations/{invitation}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void revoke(Caller caller, @PathVariable UUID organization, @PathVariable UUID invitation) {
        invitations.revoke(memberships.require(caller, organization), invitation);
    }

    @Operation(summary = "See what an invitation's token opens")
    @Requires(Permission.INVITATION_READ)
    @PostMapping("/invitations/read")
    Invitations.Opened read(@Valid @RequestBody Token token) {
        return invitations.open(new SecretToken(token.token()));
    }

    @Operation(summary = "Accept an invitation to your own address")
    @Requires(Permission.INVITATION_ACCEPT)
    @PostMapping("/invitations/accept")
    Organization accept(Caller caller, @Valid @RequestBody Token token) {
        SecretToken secret = new SecretToken(token.token());
        Invitations.Opened opened = invitations.open(secret);
        invitations.accept(caller, opened, secret);
        return organizations.require(memberships.require(caller, opened.organizationId()));
    }
}
