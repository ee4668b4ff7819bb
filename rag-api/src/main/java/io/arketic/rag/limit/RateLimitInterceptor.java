package io.arketic.rag.limit;

import io.arketic.rag.permission.Requires;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Counts requests before their endpoint is called. */
@Configuration(proxyBeanMethods = false)
class RateLimitInterceptor implements WebMvcConfigurer, HandlerInterceptor {

    private final RequestLimits limits;

    RateLimitInterceptor(RequestLimits limits) {
        this.limits = limits;
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this);
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (request.getDispatcherType() == DispatcherType.REQUEST && handler instanceof HandlerMethod method) {
            Requires requires = method.getMethodAnnotation(Requires.class);
            if (requires != null) {
                limits.admit(requires.value());
            }
        }
        return true;
    }
}
