package io.arketic.rag.signin;

import io.arketic.rag.organization.Membership;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Tries a provider before an organization depends on it. */
@Component
class ProviderProbe {

    private final Domains domains;
    private final ProviderClients clients;
    private final SignInPlaces places;
    private final SignInDeadline deadline;

    ProviderProbe(Domains domains, ProviderClients clients, SignInPlaces places, SignInDeadline deadline) {
        this.domains = domains;
        this.clients = clients;
        this.places = places;
        this.deadline = deadline;
    }

    /** Refuses a provider that does not answer as it must. It says no more, because users choose the address. */
    void requireWorking(Membership membership, IdentityProviderController.Configuration wanted) {
        Set<String> verified = domains.list(membership).stream()
                .filter(domain -> domain.verifiedAt() != null)
                .map(Domains.Domain::domain)
                .collect(Collectors.toSet());
        if (verified.isEmpty()) {
            throw IdentityProviders.needsDomain();
        }
        Provider provider = new Provider(
                membership.organizationId().toString(),
                membership.organizationId(),
                wanted.name(),
                wanted.issuer(),
                wanted.clientId(),
                null,
                verified,
                false,
                true,
                Set.of(),
                null,
                "");
        try (SignInPlaces.Place place = places.enter(provider);
                SignInDeadline.Running running = deadline.start()) {
            clients.discover(provider);
        } catch (SignInRefusal unusable) {
            throw ProblemException.ofField(
                    ProblemReason.INVALID_INPUT,
                    "password_sign_in",
                    "can be false only with a provider whose configuration can be read");
        }
    }
}
