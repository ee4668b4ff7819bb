package io.arketic.rag.organization;

import io.arketic.rag.identity.Attempts;
import io.arketic.rag.identity.Caller;
import io.arketic.rag.identity.SecretToken;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.Page;
import io.arketic.rag.mail.Mail;
import io.arketic.rag.mail.MailQueue;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.permission.Role;
import io.arketic.rag.problem.ProblemException;
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
import java.time.Duration;
import java.util.Locale;
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

/** {@code /organizations/{org}/invitations}, and what the one who is invited does with the token. */
@RestController
@RequestMapping("/api/v1")
class InvitationController {

    @Schema(example = """
            {"email": "grace@example.org", "role": "member"}""")
    record Creation(
            @NotBlank @Email @Size(max = 255) String email,

            @NotNull @Pattern(regexp = MemberController.ROLES, message = "must be " + MemberController.ROLES)
            String role) {}

    @Schema(example = """
            {"token": "the-token-of-the-letter"}""")
    record Token(@NotBlank @Size(max = 200) String token) {}

    /** To one address, from whatever organizations. */
    private static final int LETTERS_AN_HOUR = 10;

    private final Memberships memberships;
    private final Organizations organizations;
    private final Invitations invitations;
    private final MailQueue mail;
    private final Attempts attempts;

    InvitationController(
            Memberships memberships,
            Organizations organizations,
            Invitations invitations,
            MailQueue mail,
            Attempts attempts) {
        this.memberships = memberships;
        this.organizations = organizations;
        this.invitations = invitations;
        this.mail = mail;
        this.attempts = attempts;
    }

    @Operation(
            summary = "Invite somebody by e-mail",
            description = "The letter holds a token that opens once, within a week. Inviting an address again replaces "
                    + "its open invitation.")
    @Requires(Permission.INVITATIONS)
    @PostMapping("/organizations/{organization}/invitations")
    @ResponseStatus(HttpStatus.CREATED)
    Invitation invite(Caller caller, @PathVariable UUID organization, @Valid @RequestBody Creation creation) {
        Membership membership = memberships.require(caller, organization);
        String email = creation.email().strip();
        Attempts.Level letters = attempts.take(new Attempts.Bucket(
                "invitation", email.toLowerCase(Locale.ROOT), LETTERS_AN_HOUR, Duration.ofHours(1)));
        if (!letters.admitted()) {
            throw ProblemException.tooManyRequests("This address was invited too often.", letters.retryAfter());
        }
        SecretToken token = SecretToken.random();
        Invitation invitation = invitations.add(membership, email, Role.of(creation.role()), token);
        String name = Mail.line(organizations.require(membership).name());
        mail.send(new Mail(
                invitation.email(),
                "You are invited to " + name,
                "You are invited to " + name + " as " + invitation.role() + ".\n\n"
                        + mail.instructions("invitation", token.text()) + "\n\nIt opens once, until "
                        + invitation.expiresAt() + "."));
        return invitation;
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

    @Operation(summary = "Call an invitation back")
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
        Invitations.Opened opened = invitations.open(new SecretToken(token.token()));
        invitations.accept(caller, opened);
        return organizations.require(memberships.require(caller, opened.organizationId()));
    }
}
