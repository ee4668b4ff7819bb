package io.arketic.rag.caller;

import org.slf4j.MDC;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.authentication.AuthenticationEntryPointFailureHandler;
import org.springframework.security.web.authentication.AuthenticationFilter;

/** Authenticates API keys and personal tokens, and names them for the audit log. */
final class ApiKeyFilter extends AuthenticationFilter {

    ApiKeyFilter(ApiKeyAuthentication apiKeys, AuthenticationEntryPoint refused) {
        super(apiKeys::authenticate, apiKeys::convert);
        setSuccessHandler((request, response, authentication) -> {
            if (authentication instanceof CallerAuthentication known) {
                MDC.put("credential", known.getPrincipal().credential().id().toString());
            }
        });
        setFailureHandler(new AuthenticationEntryPointFailureHandler(refused));
    }
}
