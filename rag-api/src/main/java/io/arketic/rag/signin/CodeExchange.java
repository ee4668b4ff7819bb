package io.arketic.rag.signin;

import io.arketic.rag.account.EmailAddress;
import io.arketic.rag.caller.Sessions;
import io.arketic.rag.signin.ProviderClients.Discovered;
import io.arketic.rag.signin.SignInRefusal.Reason;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.client.authentication.OAuth2LoginAuthenticationToken;
import org.springframework.security.oauth2.client.endpoint.RestClientAuthorizationCodeTokenResponseClient;
import org.springframework.security.oauth2.client.http.OAuth2ErrorResponseErrorHandler;
import org.springframework.security.oauth2.client.oidc.authentication.OidcAuthorizationCodeAuthenticationProvider;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcUserRequest;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcUserService;
import org.springframework.security.oauth2.client.userinfo.DefaultOAuth2UserService;
import org.springframework.security.oauth2.client.web.DefaultOAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestCustomizers;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationExchange;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationResponse;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.core.endpoint.PkceParameterNames;
import org.springframework.security.oauth2.core.http.converter.OAuth2AccessTokenResponseHttpMessageConverter;
import org.springframework.security.oauth2.core.oidc.endpoint.OidcParameterNames;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import org.springframework.web.client.RestTemplate;

/** Asks a provider for a code and exchanges it for a token, with PKCE and a nonce (OpenID Connect Core 1.0, section 3.1). */
@Component
class CodeExchange {

    private static final int LONGEST_SUBJECT = 255;
    private static final int LONGEST_NAME = 100;

    private final SignInStates states;

    CodeExchange(SignInStates states) {
        this.states = states;
    }

    /** Returns the address of the provider's page. */
    String begin(Provider provider, Discovered discovered, HttpServletRequest request, UUID browser, String returnTo) {
        var resolver = new DefaultOAuth2AuthorizationRequestResolver(id -> discovered.registration());
        resolver.setAuthorizationRequestCustomizer(OAuth2AuthorizationRequestCustomizers.withPkce());
        OAuth2AuthorizationRequest asked = resolver.resolve(request, provider.id());
        if (asked == null) {
            throw new IllegalStateException("No request to " + provider);
        }
        SignInStates.Begun begun = new SignInStates.Begun(
                provider.id(),
                String.valueOf(asked.<String>getAttribute(OidcParameterNames.NONCE)),
                String.valueOf(asked.<String>getAttribute(PkceParameterNames.CODE_VERIFIER)),
                String.valueOf(asked.getRedirectUri()),
                returnTo,
                states.expiry());
        return OAuth2AuthorizationRequest.from(asked)
                .state(states.seal(begun, browser))
                .build()
                .getAuthorizationRequestUri();
    }

    /**
     * Exchanges the code that the browser brings.
     *
     * @param answer the parameters of the callback
     */
    Identified complete(
            Provider provider, Discovered discovered, SignInStates.Begun begun, Map<String, String> answer) {
        requireIssuer(provider, discovered, answer.get("iss"));
        String code = answer.get(OAuth2ParameterNames.CODE);
        String error = answer.get(OAuth2ParameterNames.ERROR);
        if (code == null || code.isBlank()) {
            throw new SignInRefusal(Reason.PROVIDER_REFUSED, "The provider refuses: " + error);
        }
        String state = String.valueOf(answer.get(OAuth2ParameterNames.STATE));
        OAuth2AuthorizationRequest asked = OAuth2AuthorizationRequest.authorizationCode()
                .clientId(provider.clientId())
                .authorizationUri(String.valueOf(
                        discovered.registration().getProviderDetails().getAuthorizationUri()))
                .redirectUri(begun.redirectUri())
                .scopes(discovered.registration().getScopes())
                .state(state)
                .attributes(attributes -> {
                    attributes.put(OidcParameterNames.NONCE, begun.nonce());
                    attributes.put(PkceParameterNames.CODE_VERIFIER, begun.verifier());
                })
                .build();
        OAuth2AuthorizationResponse answered = OAuth2AuthorizationResponse.success(code)
                .redirectUri(begun.redirectUri())
                .state(state)
                .build();
        try {
            @Nullable
            Authentication authenticated = exchange(discovered)
                    .authenticate(new OAuth2LoginAuthenticationToken(
                            discovered.registration(), new OAuth2AuthorizationExchange(asked, answered)));
            if (authenticated != null && authenticated.getPrincipal() instanceof OidcUser user) {
                return identified(provider, user);
            }
            throw new SignInRefusal(Reason.TOKEN_INVALID, "The provider returned no user");
        } catch (OAuth2AuthenticationException refused) {
            throw refusal(refused);
        } catch (RestClientException | IllegalArgumentException | ClassCastException unusable) {
            throw new SignInRefusal(
                    Reason.PROVIDER_UNAVAILABLE, "The provider answers nonsense: " + unusable.getMessage(), unusable);
        }
    }

    /** Refuses the answer of another provider than the one that was asked (RFC 9207). */
    private static void requireIssuer(Provider provider, Discovered discovered, @Nullable String issuer) {
        if (issuer == null ? discovered.namesItself() : !issuer.equals(provider.issuer())) {
            throw new SignInRefusal(Reason.TOKEN_INVALID, "The answer is of the issuer " + issuer);
        }
    }

    private static OidcAuthorizationCodeAuthenticationProvider exchange(Discovered discovered) {
        RestTemplate http = discovered.http();
        var tokens = new RestClientAuthorizationCodeTokenResponseClient();
        tokens.setRestClient(RestClient.builder()
                .requestFactory(http.getRequestFactory())
                .configureMessageConverters(converters -> converters
                        .registerDefaults()
                        .addCustomConverter(new OAuth2AccessTokenResponseHttpMessageConverter()))
                .defaultStatusHandler(new OAuth2ErrorResponseErrorHandler())
                .build());
        var profiles = new DefaultOAuth2UserService();
        RestTemplate plain = new RestTemplate(http.getRequestFactory());
        plain.setErrorHandler(new OAuth2ErrorResponseErrorHandler());
        profiles.setRestOperations(plain);
        OidcUserService users = new OidcUserService();
        users.setOauth2UserService(profiles);
        users.setRetrieveUserInfo(CodeExchange::lacksAddress);
        var exchange = new OidcAuthorizationCodeAuthenticationProvider(tokens, users);
        exchange.setJwtDecoderFactory(registration -> discovered.idTokens());
        return exchange;
    }

    private static boolean lacksAddress(OidcUserRequest request) {
        String profile = request.getClientRegistration()
                .getProviderDetails()
                .getUserInfoEndpoint()
                .getUri();
        return request.getIdToken().getEmail() == null && profile != null && Provider.isAddress(profile);
    }

    private static SignInRefusal refusal(OAuth2AuthenticationException refused) {
        String code = refused.getError().getErrorCode();
        Reason reason = switch (code) {
            case "invalid_id_token", "invalid_nonce", "invalid_state_parameter", "missing_signature_verifier" ->
                Reason.TOKEN_INVALID;
            case "invalid_token_response", "server_error", "temporarily_unavailable", "invalid_user_info_response" ->
                Reason.PROVIDER_UNAVAILABLE;
            default -> Reason.PROVIDER_REFUSED;
        };
        return new SignInRefusal(reason, "The sign-in is refused: " + refused.getMessage(), refused);
    }

    private static Identified identified(Provider provider, OidcUser user) {
        String subject = String.valueOf(user.getClaimAsString("sub"));
        if (subject.isBlank() || subject.length() > LONGEST_SUBJECT) {
            throw new SignInRefusal(Reason.TOKEN_INVALID, "The subject has " + subject.length() + " characters");
        }
        Object session = user.getClaims().get("sid");
        return new Identified(
                new Sessions.Origin(
                        provider.id(),
                        subject,
                        session instanceof String text && text.length() <= LONGEST_SUBJECT ? text : null,
                        provider.provedSecondFactor(user.getClaims()),
                        null),
                address(provider, user),
                name(user.getGivenName(), user.getFullName()),
                name(user.getFamilyName(), ""),
                user.getClaims());
    }

    private static @Nullable String address(Provider provider, OidcUser user) {
        String address = user.getEmail();
        Object verified = user.getClaims().get("email_verified");
        if (verified == null) {
            // Microsoft Entra says so, that the address is of a domain that the user's organization owns.
            verified = user.getClaims().get("xms_edov");
        }
        boolean counts = verified == null
                ? provider.addressesVerified()
                // Some providers send a text.
                : Boolean.TRUE.equals(verified) || "true".equals(verified);
        if (address == null || !counts) {
            return null;
        }
        String email = EmailAddress.normalise(address);
        boolean wellFormed = email.length() <= LONGEST_SUBJECT
                && email.matches(EmailAddress.PATTERN)
                && email.indexOf('@') == email.lastIndexOf('@')
                && email.codePoints()
                        .noneMatch(point -> Character.isISOControl(point) || Character.isWhitespace(point));
        return wellFormed ? email : null;
    }

    private static String name(@Nullable String name, @Nullable String otherwise) {
        String text = name == null || name.isBlank() ? otherwise : name;
        String plain = text == null ? "" : text.replaceAll("\\p{Cntrl}", " ").strip();
        return plain.length() <= LONGEST_NAME
                ? plain
                : plain.substring(0, plain.offsetByCodePoints(0, LONGEST_NAME / 2));
    }
}
