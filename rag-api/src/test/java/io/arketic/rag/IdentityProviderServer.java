package io.arketic.rag;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.springframework.context.annotation.Bean;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configuration.OAuth2AuthorizationServerConfiguration;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.core.authority.FactorGrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.oidc.endpoint.OidcParameterNames;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.context.SecurityContextHolderFilter;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.filter.DelegatingFilterProxy;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.DispatcherServlet;

/** Runs Spring Authorization Server: an OpenID Connect provider whose tokens and keys a test decides. */
final class IdentityProviderServer implements AutoCloseable {

    static final String USER = "X-User";
    static final String CLIENT = "arketic";
    static final String SECRET = "a secret of the provider";

    private final Tomcat tomcat = new Tomcat();
    private final AnnotationConfigWebApplicationContext context = new AnnotationConfigWebApplicationContext();
    private final Map<String, Map<String, Object>> claims = new ConcurrentHashMap<>();
    private final List<String> redirects = new CopyOnWriteArrayList<>();
    private volatile RSAKey key = newKey();
    private volatile Consumer<JwtClaimsSet.Builder> fault = token -> {};

    IdentityProviderServer() {
        try {
            tomcat.setBaseDir(Files.createTempDirectory("identity-provider").toString());
            tomcat.setHostname("127.0.0.1");
            tomcat.setPort(0);
            tomcat.getConnector().setProperty("address", "127.0.0.1");
            Context application = tomcat.addContext("", null);
            context.setServletContext(application.getServletContext());
            context.addBeanFactoryPostProcessor(factory -> factory.registerSingleton("provider", this));
            context.register(Server.class);
            Tomcat.addServlet(application, "dispatcher", new DispatcherServlet(context))
                    .setLoadOnStartup(1);
            application.addServletMappingDecoded("/", "dispatcher");
            FilterDef filter = new FilterDef();
            filter.setFilterName("springSecurityFilterChain");
            filter.setFilter(new DelegatingFilterProxy("springSecurityFilterChain", context));
            application.addFilterDef(filter);
            FilterMap everything = new FilterMap();
            everything.setFilterName(filter.getFilterName());
            everything.addURLPattern("/*");
            application.addFilterMap(everything);
            tomcat.start();
            if (!application.getState().isAvailable()) {
                throw new IllegalStateException("The identity provider does not start");
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (LifecycleException failure) {
            throw new IllegalStateException(failure);
        }
    }

    String issuer() {
        return "http://127.0.0.1:" + tomcat.getConnector().getLocalPort();
    }

    /** Lets the provider send browsers back to this callback. */
    void allow(String callback) {
        redirects.add(callback);
    }

    /** Sets what tokens say of a user; the subject is its name unless they say another. */
    void user(String name, Map<String, Object> said) {
        claims.put(name, said);
    }

    /** Makes each token wrong. */
    void fault(Consumer<JwtClaimsSet.Builder> wrong) {
        fault = wrong;
    }

    /** Signs with another key from now on; the earlier one is no longer published. */
    void rotate() {
        key = newKey();
    }

    /** Returns a logout token (OpenID Connect Back-Channel Logout 1.0), changed by {@code change}. */
    String logoutToken(UnaryOperator<JwtClaimsSet.Builder> change) {
        JwtClaimsSet.Builder token = JwtClaimsSet.builder()
                .issuer(issuer())
                .audience(List.of(CLIENT))
                .issuedAt(Instant.now())
                .expiresAt(Instant.now().plus(Duration.ofMinutes(2)))
                .id(UUID.randomUUID().toString())
                .claim("events", Map.of("http://schemas.openid.net/event/backchannel-logout", Map.of()));
        return new NimbusJwtEncoder(keys())
                .encode(JwtEncoderParameters.from(
                        JwsHeader.with(SignatureAlgorithm.RS256)
                                .keyId(key.getKeyID())
                                .build(),
                        change.apply(token).build()))
                .getTokenValue();
    }

    private JWKSource<SecurityContext> keys() {
        return (selector, application) -> selector.select(new JWKSet(key));
    }

    private static RSAKey newKey() {
        try {
            return new RSAKeyGenerator(2048).keyID(UUID.randomUUID().toString()).generate();
        } catch (JOSEException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Override
    public void close() {
        try {
            tomcat.stop();
            tomcat.destroy();
            context.close();
        } catch (LifecycleException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Believes the name in a header, as if the user had signed in at the provider before. */
    private static final class SignedIn extends OncePerRequestFilter {

        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
            String name = request.getHeader(USER);
            if (name != null) {
                SecurityContextHolder.getContext()
                        .setAuthentication(UsernamePasswordAuthenticationToken.authenticated(
                                name,
                                "",
                                List.of(FactorGrantedAuthority.fromAuthority(
                                        FactorGrantedAuthority.PASSWORD_AUTHORITY))));
            }
            chain.doFilter(request, response);
        }
    }

    /** Has no stereotype, so that the tested application does not find it. */
    @EnableWebSecurity
    static class Server {

        @Bean
        SecurityFilterChain chain(HttpSecurity http) {
            return http.oauth2AuthorizationServer(server -> server.oidc(Customizer.withDefaults()))
                    .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                    .addFilterAfter(new SignedIn(), SecurityContextHolderFilter.class)
                    .csrf(AbstractHttpConfigurer::disable)
                    .build();
        }

        @Bean
        AuthorizationServerSettings settings() {
            return AuthorizationServerSettings.builder().build();
        }

        @Bean
        JWKSource<SecurityContext> keys(IdentityProviderServer provider) {
            return provider.keys();
        }

        @Bean
        JwtDecoder tokens(JWKSource<SecurityContext> keys) {
            return OAuth2AuthorizationServerConfiguration.jwtDecoder(keys);
        }

        @Bean
        OAuth2TokenCustomizer<JwtEncodingContext> claims(IdentityProviderServer provider) {
            return token -> {
                if (token.getTokenType().getValue().equals(OidcParameterNames.ID_TOKEN)) {
                    provider.claims
                            .getOrDefault(token.getPrincipal().getName(), Map.of())
                            .forEach(token.getClaims()::claim);
                    provider.fault.accept(token.getClaims());
                }
            };
        }

        @Bean
        RegisteredClientRepository clients(IdentityProviderServer provider) {
            return new RegisteredClientRepository() {

                @Override
                public void save(RegisteredClient client) {
                    // It would keep the secret under a slow hash.
                }

                @Override
                public RegisteredClient findById(String id) {
                    return findByClientId(id);
                }

                @Override
                public RegisteredClient findByClientId(String id) {
                    return RegisteredClient.withId(CLIENT)
                            .clientId(CLIENT)
                            .clientSecret("{noop}" + SECRET)
                            .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                            .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                            .redirectUris(uris -> uris.addAll(provider.redirects))
                            .scopes(scopes -> scopes.addAll(List.of("openid", "email", "profile")))
                            .clientSettings(ClientSettings.builder()
                                    .requireProofKey(true)
                                    .build())
                            .build();
                }
            };
        }
    }
}
