package io.arketic.rag.caller;

import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.authentication.AuthenticationEntryPointFailureHandler;
import org.springframework.security.web.authentication.AuthenticationFilter;

/** Lets API keys in. */
final class ApiKeyFilter extends AuthenticationFilter {

    ApiKeyFilter(ApiKeyAuthentication apiKeys, AuthenticationEntryPoint refused) {
        super(apiKeys::authenticate, apiKeys::convert);
        setSuccessHandler((request, response, authentication) -> {});
        setFailureHandler(new AuthenticationEntryPointFailureHandler(refused));
    }
}
