package io.arketic.rag.operations;

import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Refuses a change under a condition that its endpoint does not check. A server must not act if the condition is false
 * (RFC 9110, 13.1.1); if it ignored one, a client would believe that its change is guarded.
 */
@Configuration(proxyBeanMethods = false)
class UnaskedConditions implements WebMvcConfigurer, HandlerInterceptor {

    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this);
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (SAFE.contains(request.getMethod())
                || request.getDispatcherType() != DispatcherType.REQUEST
                || !(handler instanceof HandlerMethod method)
                || method.getMethodAnnotation(Requires.class) == null) {
            return true;
        }
        boolean asks = Arrays.stream(method.getMethodParameters())
                .map(parameter -> parameter.getParameterAnnotation(RequestHeader.class))
                .anyMatch(header -> header != null && HttpHeaders.IF_MATCH.equals(header.value()));
        // Any version is what every endpoint changes.
        if (!asks && !"*".equals(stripped(request.getHeader(HttpHeaders.IF_MATCH)))) {
            refuse(request, HttpHeaders.IF_MATCH);
        }
        refuse(request, HttpHeaders.IF_UNMODIFIED_SINCE);
        return true;
    }

    private static @Nullable String stripped(@Nullable String text) {
        return text == null ? null : text.strip();
    }

    private static void refuse(HttpServletRequest request, String header) {
        if (request.getHeader(header) != null) {
            throw ProblemException.ofField(
                    ProblemReason.INVALID_INPUT, header, "is not checked by this operation; nothing was changed");
        }
    }
}
