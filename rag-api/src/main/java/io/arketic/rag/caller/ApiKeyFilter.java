package io.arketic.rag.caller;

import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.authentication.AuthenticationEntryPointFailureHandler;
import org.springframework.security.web.authentication.AuthenticationFilter;

/** Authenticates API keys. */
final class ApiKeyFilter extends AuthenticationFilter {

    ApiKeyFilter(ApiKeyAuthentication apiKeys, AuthenticationEntryPoint refused) {
        super(apiKeys::authenticate, apiKeys::convert);
        setSuccessHandler((request, response, authentication) -> {});
        setFailureHandler(new AuthenticationEntryPointFailureHandler(refused));
    }
}
