package io.arketic.rag.signin;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.Resource;
import io.arketic.rag.deployment.PublicProperties;
import io.arketic.rag.outbound.GuardedRequests;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.security.oauth2.client.oidc.authentication.OidcIdTokenValidator;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrations;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClientException;
import org.springframework.web.client.RestTemplate;

/**
 * Discovers providers (OpenID Connect Discovery 1.0), and keeps what it finds for an hour, and a failure for half a minute.
 * Keys are read again where a token names an unknown one, twice in half a minute at most.
 */
@Component
class ProviderClients {

    private static final Duration KEPT = Duration.ofHours(1);
    private static final Duration KEPT_FAILURE = Duration.ofSeconds(30);
    private static final Duration KEPT_KEYS = Duration.ofMinutes(5);
    private static final Duration LONGEST_READ = Duration.ofSeconds(15);
    private static final Duration BETWEEN_READS = Duration.ofSeconds(30);
    private static final int MOST = 1000;
    private static final List<String> SCOPES = List.of("openid", "email", "profile");

    /**
     * Holds what is known of a provider.
     *
     * @param namesItself whether each answer has the parameter {@code iss} (RFC 9207)
     */
    record Discovered(
            ClientRegistration registration,
            JwtDecoder idTokens,
            JwtDecoder logoutTokens,
            RestTemplate http,
            boolean namesItself) {}

    private final Cache<Provider, Discovered> known =
            Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(KEPT).build();

    private final Cache<Provider, SignInRefusal> failed = Caffeine.newBuilder()
            .maximumSize(MOST)
            .expireAfterWrite(KEPT_FAILURE)
            .build();

    private final RestTemplate toUsersAddresses;
    private final RestTemplate toOperatorsAddresses;
    private final String callback;

    ProviderClients(GuardedRequests requests, SignInDeadline deadline, PublicProperties address) {
        this.callback = (address.url().isEmpty() ? "{baseUrl}" : address.url())
                + "/api/v1/auth/sign-in/{registrationId}/callback";
        this.toUsersAddresses = new RestTemplate(deadline.limiting(requests));
        this.toOperatorsAddresses = new RestTemplate(deadline.limiting(GuardedRequests.toAnyNetwork()));
    }

    /** @throws SignInRefusal where the provider does not answer, or not as it must */
    Discovered of(Provider provider) {
        Discovered found = known.getIfPresent(provider);
        if (found != null) {
            return found;
        }
        SignInRefusal earlier = failed.getIfPresent(provider);
        if (earlier != null) {
            throw new SignInRefusal(earlier.reason(), "A moment ago: " + earlier.getMessage());
        }
        try {
            Discovered discovered = discover(provider);
            known.put(provider, discovered);
            return discovered;
        } catch (SignInRefusal failure) {
            failed.put(provider, failure);
            throw failure;
        }
    }

    /** @throws SignInRefusal where the provider does not answer, or not as it must */
    Discovered discover(Provider provider) {
        RestTemplate http = provider.organizationId() == null ? toOperatorsAddresses : toUsersAddresses;
        try {
            @Nullable Map<String, Object> metadata = metadata(http, provider.issuer());
            if (metadata == null || !provider.issuer().equals(metadata.get("issuer"))) {
                throw new SignInRefusal(
                        SignInRefusal.Reason.PROVIDER_UNAVAILABLE,
                        "The configuration at " + provider.issuer() + " is of another issuer");
            }
            ClientRegistration.Builder builder = ClientRegistrations.fromOidcConfiguration(metadata)
                    .registrationId(provider.id())
                    .clientId(provider.clientId())
                    .clientName(provider.name())
                    .redirectUri(callback)
                    .scope(SCOPES);
            String secret = provider.clientSecret();
            if (secret == null) {
                builder.clientAuthenticationMethod(ClientAuthenticationMethod.NONE);
            } else {
                builder.clientSecret(secret);
            }
            ClientRegistration registration = builder.build();
            requireAddresses(registration);
            Set<SignatureAlgorithm> algorithms = algorithms(metadata);
            return new Discovered(
                    registration,
                    decoder(registration, http, algorithms, new OidcIdTokenValidator(registration)),
                    decoder(registration, http, algorithms, new LogoutTokenValidator(registration)),
                    http,
                    Boolean.TRUE.equals(metadata.get("authorization_response_iss_parameter_supported")));
        } catch (RestClientException | IllegalArgumentException unusable) {
            throw new SignInRefusal(
                    SignInRefusal.Reason.PROVIDER_UNAVAILABLE,
                    "No configuration at " + provider.issuer() + ": " + unusable.getMessage(),
                    unusable);
        }
    }

    @SuppressWarnings("unchecked")
    private static @Nullable Map<String, Object> metadata(RestTemplate http, String issuer) {
        return http.getForObject(issuer.replaceAll("/$", "") + "/.well-known/openid-configuration", Map.class);
    }

    /** Refuses addresses that would show a token, or a password, to others than the provider. */
    private static void requireAddresses(ClientRegistration registration) {
        ClientRegistration.ProviderDetails details = registration.getProviderDetails();
        boolean usable = Stream.of(details.getAuthorizationUri(), details.getTokenUri(), details.getJwkSetUri())
                .allMatch(address -> address != null && isEndpoint(address));
        if (!usable) {
            throw new IllegalArgumentException("its endpoints are no https addresses");
        }
    }

    /** An endpoint may have a query. */
    private static boolean isEndpoint(String address) {
        return Provider.isAddress(address.replaceAll("\\?.*$", ""));
    }

    private static Set<SignatureAlgorithm> algorithms(Map<String, Object> metadata) {
        Set<SignatureAlgorithm> named = ClaimRules.values(metadata, "id_token_signing_alg_values_supported").stream()
                .map(SignatureAlgorithm::from)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        return named.isEmpty() ? Set.of(SignatureAlgorithm.RS256) : named;
    }

    private static JwtDecoder decoder(
            ClientRegistration registration,
            RestTemplate http,
            Set<SignatureAlgorithm> algorithms,
            OAuth2TokenValidator<Jwt> validator) {
        NimbusJwtDecoder decoder = NimbusJwtDecoder.withJwkSource(
                        keys(String.valueOf(registration.getProviderDetails().getJwkSetUri()), http))
                .jwsAlgorithms(named -> named.addAll(algorithms))
                .build();
        decoder.setJwtValidator(new DelegatingOAuth2TokenValidator<>(new JwtTimestampValidator(), validator));
        return decoder;
    }

    /** Reads in the thread of the sign-in. Tokens with unknown keys, which anyone may send, cause no more reads. */
    private static JWKSource<SecurityContext> keys(String address, RestTemplate http) {
        return JWKSourceBuilder.<SecurityContext>create(url(address), url -> read(http, url))
                .cache(KEPT_KEYS.toMillis(), LONGEST_READ.toMillis())
                .refreshAheadCache(false)
                .rateLimited(BETWEEN_READS.toMillis())
                .build();
    }

    private static Resource read(RestTemplate http, URL address) throws IOException {
        try {
            return new Resource(
                    String.valueOf(http.getForObject(URI.create(address.toString()), String.class)),
                    MediaType.APPLICATION_JSON_VALUE);
        } catch (RestClientException unreadable) {
            throw new IOException("No keys at " + address, unreadable);
        }
    }

    private static URL url(String address) {
        try {
            return URI.create(address).toURL();
        } catch (MalformedURLException malformed) {
            throw new IllegalArgumentException(address, malformed);
        }
    }
}
