package io.arketic.rag.signin;

import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Describes a provider that users sign in through.
 *
 * @param id the name of one of the deployment's, or the id of an organization's
 * @param organizationId null for one of the deployment's
 * @param clientSecret null for a public client
 * @param domains of the addresses that it vouches for; empty for every domain, which an organization's provider never has
 * @param addressesVerified whether an address counts as verified where the token does not say so
 * @param createsAccounts whether an unknown address gets an account
 * @param secondFactorValues of the claims {@code amr} and {@code acr} that prove a second factor
 * @param version changes with the configuration
 */
record Provider(
        String id,
        @Nullable UUID organizationId,
        String name,
        String issuer,
        String clientId,
        @Nullable String clientSecret,
        Set<String> domains,
        boolean addressesVerified,
        boolean createsAccounts,
        Set<String> secondFactorValues,
        @Nullable ClaimRules rules,
        String version) {

    Provider {
        domains = Set.copyOf(domains);
        secondFactorValues = Set.copyOf(secondFactorValues);
        if (organizationId != null && domains.isEmpty()) {
            throw new IllegalArgumentException("An organization's provider needs a verified domain");
        }
    }

    boolean vouchesFor(String address) {
        return domains.isEmpty() || domains.contains(address.substring(address.lastIndexOf('@') + 1));
    }

    boolean provedSecondFactor(Map<String, Object> claims) {
        return Stream.of("amr", "acr")
                .flatMap(claim -> ClaimRules.values(claims, claim).stream())
                .anyMatch(secondFactorValues::contains);
    }

    /** Returns whether {@code text} is an address over TLS, or on this machine, without a query. */
    static boolean isAddress(String text) {
        try {
            URI uri = URI.create(text);
            String host = uri.getHost();
            return host != null
                    && uri.getUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && ("https".equals(uri.getScheme())
                            || "http".equals(uri.getScheme())
                                    && Set.of("localhost", "127.0.0.1").contains(host));
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    /** Shows no secret. */
    @Override
    public String toString() {
        return "Provider[" + id + ", " + issuer + "]";
    }
}
