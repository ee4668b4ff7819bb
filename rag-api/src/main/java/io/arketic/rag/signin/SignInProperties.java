package io.arketic.rag.signin;

import io.arketic.embeddings.SettingValue;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Configures the sign-in through OpenID Connect.
 *
 * @param providers of the deployment, which every account may use
 * @param nameServers addresses of DNS servers that domains are verified with; empty for those of the machine
 */
@ConfigurationProperties("arketic.sign-in")
record SignInProperties(
        @DefaultValue List<Client> providers, @DefaultValue List<String> nameServers) {

    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");

    /**
     * Describes this product's registration at a provider.
     *
     * @param id in the path of the callback, {@code /api/v1/auth/sign-in/ID/callback}
     * @param name on the button
     * @param issuer exactly as the provider's tokens name it
     * @param clientSecret empty for a public client, which proves itself by PKCE alone
     * @param domains of the addresses that it vouches for; empty for all
     * @param createAccounts whether an unknown address gets an account
     */
    record Client(
            @DefaultValue("") String id,
            @DefaultValue("") String name,
            @DefaultValue("") String issuer,
            @DefaultValue("") String clientId,
            @DefaultValue("") String clientSecret,
            @DefaultValue List<String> domains,
            @DefaultValue("true") boolean createAccounts) {

        Client {
            domains = List.copyOf(domains);
            SettingValue.require(
                    ID.matcher(id).matches(),
                    "arketic.sign-in.providers[].id",
                    id,
                    "up to 32 of a-z, 0-9 and -, which every provider needs");
            SettingValue.require(
                    Provider.isAddress(issuer),
                    "arketic.sign-in.providers[].issuer",
                    issuer,
                    "an address such as https://login.example.org");
            SettingValue.require(
                    !clientId.isBlank(),
                    "arketic.sign-in.providers[].client-id",
                    clientId,
                    "the id of this product at the provider");
        }

        /** Shows no secret. */
        @Override
        public String toString() {
            return "Client[id=" + id + ", issuer=" + issuer + "]";
        }
    }

    SignInProperties {
        providers = List.copyOf(providers);
        nameServers = List.copyOf(nameServers);
        SettingValue.require(
                providers.stream().map(Client::id).distinct().count() == providers.size(),
                "arketic.sign-in.providers",
                String.join(",", providers.stream().map(Client::id).toList()),
                "providers with different ids");
    }
}
