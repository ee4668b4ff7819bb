package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Holds a running API, an identity provider and a name server, for all classes that test the sign-in. They end with the
 * process.
 */
final class SignInWorld {

    static final String DEPLOYMENT = "everybody";

    private static SignInWorld shared;

    final IdentityProviderServer provider = new IdentityProviderServer();
    final NameServer names = new NameServer();
    final BrokenProvider broken = new BrokenProvider();
    final RunningApi api;

    private SignInWorld() {
        api = RunningApi.start(
                "127.0.0.1:1",
                Map.ofEntries(
                        Map.entry("arketic.outbound.allowed-networks", "127.0.0.0/8"),
                        Map.entry("arketic.sign-in.name-servers", names.address()),
                        Map.entry("arketic.sign-in.providers[0].id", DEPLOYMENT),
                        Map.entry("arketic.sign-in.providers[0].name", "The deployment's"),
                        Map.entry("arketic.sign-in.providers[0].issuer", provider.issuer()),
                        Map.entry("arketic.sign-in.providers[0].client-id", IdentityProviderServer.CLIENT),
                        Map.entry("arketic.sign-in.providers[0].client-secret", IdentityProviderServer.SECRET),
                        Map.entry("arketic.sign-in.providers[1].id", "broken"),
                        Map.entry("arketic.sign-in.providers[1].issuer", broken.issuer()),
                        Map.entry("arketic.sign-in.providers[1].client-id", IdentityProviderServer.CLIENT),
                        Map.entry("arketic.sign-in.providers[2].id", "closed"),
                        Map.entry("arketic.sign-in.providers[2].issuer", "http://127.0.0.1:1"),
                        Map.entry("arketic.sign-in.providers[2].client-id", IdentityProviderServer.CLIENT)));
        provider.allow(callback(DEPLOYMENT));
    }

    static synchronized SignInWorld shared() {
        if (shared == null) {
            shared = new SignInWorld();
        }
        return shared;
    }

    String callback(String providerId) {
        return api.client().address() + "/api/v1/auth/sign-in/" + providerId + "/callback";
    }

    SignInBrowser browser() {
        return new SignInBrowser(this);
    }

    /** An organization with a verified domain and the provider. */
    record Company(String domain, ApiClient owner, String path, String providerId) {

        String address(String name) {
            return name + "@" + domain;
        }
    }

    /** Makes a company; {@code more} are fields of the provider's configuration. */
    Company company(Map<String, Object> more) {
        String domain = "d" + UUID.randomUUID().toString().substring(0, 13) + ".example";
        ApiClient owner = api.client().user("owner-" + UUID.randomUUID() + "@example.org");
        String path = "/organizations/"
                + owner.post("/organizations", Map.of("name", "Company " + domain))
                        .text("id");
        ApiClient.Reply added =
                owner.post(path + "/domains", Map.of("domain", domain.toUpperCase(java.util.Locale.ROOT)));
        String verify = path + "/domains/" + added.text("id") + "/verify";
        owner.post(verify, "").assertProblem(409, "conflict", null);
        names.publish(added.text("record_name"), added.text("record_value"));
        assertThat(owner.post(verify, "").status()).isEqualTo(200);
        String providerId = configure(owner, path, more);
        provider.allow(callback(providerId));
        return new Company(domain, owner, path, providerId);
    }

    String configure(ApiClient owner, String path, Map<String, Object> more) {
        Map<String, Object> configuration = new HashMap<>(Map.of(
                "name",
                "Company",
                "issuer",
                provider.issuer(),
                "client_id",
                IdentityProviderServer.CLIENT,
                "client_secret",
                IdentityProviderServer.SECRET));
        configuration.putAll(more);
        ApiClient.Reply put = owner.put(path + "/identity-provider", configuration);
        assertThat(put.status()).as(put.text()).isEqualTo(200);
        return put.text("id");
    }
}
