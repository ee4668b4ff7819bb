package io.arketic.rag.signin;

import io.arketic.rag.account.EmailAddress;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /organizations/{org}/domains}. */
@RestController
@RequestMapping("/api/v1/organizations/{organization}/domains")
@Tag(name = "Single sign-on")
class DomainController {

    /** Matches labels of at most 63 characters. No quantifier gives back what it took. */
    private static final Pattern DOMAIN = Pattern.compile(
            "\\A(?:(?![^.]{64})[a-z0-9]++(?:-++[a-z0-9]++)*+\\.)++(?![^.]{64})[a-z](?:-*+[a-z0-9]++)++");

    @Schema(name = "DomainCreation", example = """
            {"domain": "example.org"}""")
    record Creation(@NotBlank @Size(max = 253) String domain) {}

    record DomainList(List<Domains.Domain> items) {}

    private final Memberships memberships;
    private final Domains domains;
    private final DomainRecords records;
    private final SignInPlaces places;

    DomainController(Memberships memberships, Domains domains, DomainRecords records, SignInPlaces places) {
        this.memberships = memberships;
        this.domains = domains;
        this.records = records;
        this.places = places;
    }

    @Requires(Permission.SIGN_IN_CHANGE)
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Add a mail domain to verify",
            description = "Publish the TXT record that the answer names, then call …/verify.")
    Domains.Domain add(Caller caller, @PathVariable UUID organization, @Valid @RequestBody Creation creation) {
        Membership membership = memberships.require(caller, organization);
        String domain = EmailAddress.normalise("a@" + creation.domain().strip()).substring(2);
        if (!DOMAIN.matcher(domain).matches()) {
            throw ProblemException.ofField(ProblemReason.INVALID_INPUT, "domain", "must be a name such as example.org");
        }
        return domains.add(membership, domain);
    }

    @Requires(Permission.SIGN_IN_READ)
    @GetMapping
    @Operation(summary = "List the organization's mail domains, the newest first")
    DomainList list(Caller caller, @PathVariable UUID organization) {
        return new DomainList(domains.list(memberships.require(caller, organization)));
    }

    @Requires(Permission.SIGN_IN_CHANGE)
    @PostMapping("/{domain}/verify")
    @Operation(
            summary = "Verify a mail domain",
            description = "Looks for the TXT record. A domain that is verified belongs to one organization.")
    Domains.Domain verify(Caller caller, @PathVariable UUID organization, @PathVariable UUID domain) {
        Membership membership = memberships.require(caller, organization);
        Domains.Domain found = domains.require(membership, domain);
        try (SignInPlaces.Place place = places.enter(organization)) {
            if (!records.has(found.domain(), found.recordValue())) {
                throw new ProblemException(
                        ProblemReason.CONFLICT,
                        "There is no TXT record " + found.recordName() + " with this value yet.");
            }
        }
        return domains.verified(membership, domain);
    }

    @Requires(Permission.SIGN_IN_CHANGE)
    @DeleteMapping("/{domain}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(
            summary = "Delete a mail domain",
            description =
                    "The identity provider no longer opens accounts with its addresses. The last verified domain stays"
                            + " while password_sign_in is false.")
    void delete(Caller caller, @PathVariable UUID organization, @PathVariable UUID domain) {
        domains.delete(memberships.require(caller, organization), domain);
    }
}
