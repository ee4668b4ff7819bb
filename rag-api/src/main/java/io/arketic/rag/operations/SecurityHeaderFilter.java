package io.arketic.rag.operations;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Marks the API's answers as data: a browser that opens one directly runs, frames and embeds nothing of it. The pages of the
 * documentation run scripts of this origin.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 2)
class SecurityHeaderFilter extends OncePerRequestFilter {

    private static final List<String> PAGES = List.of("/docs", "/swagger-ui");
    private static final String DATA = "default-src 'none'; frame-ancestors 'none'; sandbox";

    /** Swagger UI sets styles of elements, and has pictures in its style sheet. */
    private static final String DOCUMENTATION = String.join(
            "; ",
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'");

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        boolean page = PAGES.stream().anyMatch(request.getRequestURI()::startsWith);
        response.setHeader("Content-Security-Policy", page ? DOCUMENTATION : DATA);
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        response.setHeader("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
        chain.doFilter(request, new UnbufferedEvents(response));
    }

    /** Tells nginx and similar proxies to pass events on at once, instead of when a buffer is full. */
    private static final class UnbufferedEvents extends HttpServletResponseWrapper {

        UnbufferedEvents(HttpServletResponse response) {
            super(response);
        }

        @Override
        public void setContentType(String type) {
            super.setContentType(type);
            tell(HttpHeaders.CONTENT_TYPE, type);
        }

        @Override
        public void setHeader(String name, String value) {
            super.setHeader(name, value);
            tell(name, value);
        }

        @Override
        public void addHeader(String name, String value) {
            super.addHeader(name, value);
            tell(name, value);
        }

        private void tell(String name, @Nullable String value) {
            if (value != null
                    && name.equalsIgnoreCase(HttpHeaders.CONTENT_TYPE)
                    && value.startsWith(MediaType.TEXT_EVENT_STREAM_VALUE)) {
                super.setHeader("X-Accel-Buffering", "no");
            }
        }
    }
}
