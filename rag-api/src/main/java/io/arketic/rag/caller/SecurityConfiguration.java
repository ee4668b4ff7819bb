package io.arketic.rag.caller;

import io.arketic.rag.permission.Rules;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.problem.ProblemWriter;
import jakarta.servlet.DispatcherType;
import java.util.Objects;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * Requires bearer tokens for everything except the ways to get one and the documentation. Cookies count at one path
 * only, which refuses requests from pages of other origins.
 */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

    /** Opens health and metrics on the management port, which stays on the loopback or a private network. */
    @Bean
    @Order(1)
    SecurityFilterChain managementChain(HttpSecurity http) throws Exception {
        return http.securityMatcher(EndpointRequest.toAnyEndpoint())
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .csrf(AbstractHttpConfigurer::disable)
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .build();
    }

    /** Opens SCIM to the tokens of organizations' directories, and to no user. */
    @Bean
    @Order(1)
    SecurityFilterChain scimChain(HttpSecurity http, ProblemWriter problems, DirectoryTokens tokens) throws Exception {
        return http.securityMatcher("/scim/**")
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .addFilterBefore(new DatabaseFailureFilter(problems), AuthorizationFilter.class)
                .addFilterBefore(new DirectoryFilter(tokens, problems), AuthorizationFilter.class)
                .headers(headers -> headers.referrerPolicy(policy -> policy.policy(ReferrerPolicy.NO_REFERRER))
                        .frameOptions(frame -> frame.deny()))
                .csrf(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .build();
    }

    @Bean
    @Order(2)
    SecurityFilterChain apiChain(
            HttpSecurity http,
            ProblemWriter problems,
            Rules rules,
            SessionAuthentication sessions,
            ApiKeyAuthentication apiKeys)
            throws Exception {
        AuthenticationEntryPoint unauthenticated = (request, response, refusal) -> {
            response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
            problems.write(request, response, ProblemReason.UNAUTHENTICATED, explain(refusal));
        };
        return http.authorizeHttpRequests(requests -> requests.dispatcherTypeMatchers(
                                DispatcherType.ASYNC, DispatcherType.ERROR)
                        .permitAll()
                        .requestMatchers(open(rules))
                        .permitAll()
                        .requestMatchers(HttpMethod.GET, "/openapi/**", "/openapi.yaml", "/docs/**", "/swagger-ui/**")
                        .permitAll()
                        .anyRequest()
                        .authenticated())
                .oauth2ResourceServer(server -> server.jwt(jwt -> jwt.jwtAuthenticationConverter(sessions))
                        .bearerTokenResolver(apiKeys::accessToken)
                        .authenticationEntryPoint(unauthenticated))
                .addFilterBefore(new DatabaseFailureFilter(problems), BearerTokenAuthenticationFilter.class)
                .addFilterBefore(new ApiKeyFilter(apiKeys, unauthenticated), BearerTokenAuthenticationFilter.class)
                .exceptionHandling(failures -> failures.authenticationEntryPoint(unauthenticated)
                        .accessDeniedHandler((request, response, refusal) ->
                                problems.write(request, response, ProblemReason.FORBIDDEN, "This is not allowed.")))
                .headers(headers -> headers.referrerPolicy(policy -> policy.policy(ReferrerPolicy.NO_REFERRER))
                        .frameOptions(frame -> frame.deny()))
                .csrf(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .build();
    }

    @Bean
    JwtDecoder accessTokenDecoder(SecurityProperties security) {
        NimbusJwtDecoder decoder = NimbusJwtDecoder.withSecretKey(security.key())
                .macAlgorithm(MacAlgorithm.HS256)
                .build();
        decoder.setJwtValidator(new DelegatingOAuth2TokenValidator<>(
                new JwtTimestampValidator(), new JwtIssuerValidator(AccessTokens.ISSUER)));
        return decoder;
    }

    private static RequestMatcher[] open(Rules rules) {
        return rules.open().stream()
                .map(rule -> PathPatternRequestMatcher.withDefaults().matcher(rule.method(), rule.path()))
                .toArray(RequestMatcher[]::new);
    }

    private static String explain(AuthenticationException refusal) {
        if (refusal instanceof ApiKeyAuthentication.TwoCredentials two) {
            return Objects.toString(two.getMessage());
        }
        if (refusal instanceof BadCredentialsException) {
            return "The API key or token is unknown, expired or revoked, or its organization lets no keys in.";
        }
        return refusal instanceof OAuth2AuthenticationException
                ? "The bearer token is not valid, or has expired, or its session has ended."
                : "A bearer token or an API key is required.";
    }
}
