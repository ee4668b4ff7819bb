package io.arketic.rag.operations;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;
import org.springframework.web.filter.CorsFilter;

/** Answers browsers' questions on behalf of other origins, ahead of the security filters: a preflight has no token. */
@Configuration(proxyBeanMethods = false)
class CrossOrigin {

    @Bean
    FilterRegistrationBean<CorsFilter> crossOriginFilter(CrossOriginProperties settings) {
        UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
        if (!settings.origins().isEmpty()) {
            CorsConfiguration allowed = new CorsConfiguration();
            allowed.setAllowedOrigins(settings.origins());
            allowed.setAllowedMethods(List.of("GET", "POST", "PUT", "PATCH", "DELETE"));
            allowed.setAllowedHeaders(List.of(
                    "Authorization",
                    "Content-Type",
                    "Accept",
                    "If-Match",
                    "Idempotency-Key",
                    "X-API-Key",
                    "X-Request-Id"));
            allowed.setExposedHeaders(List.of(
                    "ETag",
                    "Idempotency-Replayed",
                    "Location",
                    "Retry-After",
                    "RateLimit-Limit",
                    "RateLimit-Remaining",
                    "RateLimit-Reset",
                    "X-Request-Id"));
            allowed.setMaxAge(Duration.ofMinutes(10));
            source.registerCorsConfiguration("/api/**", allowed);
        }
        FilterRegistrationBean<CorsFilter> filter = new FilterRegistrationBean<>(new CorsFilter(source));
        filter.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
        return filter;
    }
}
