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

/** Marks the API's answers as data: a browser that opens one directly runs, frames and embeds nothing of it. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 2)
class SecurityHeaderFilter extends OncePerRequestFilter {

    /** Lists the pages of the documentation, which run scripts. */
    private static final List<String> PAGES = List.of("/docs", "/swagger-ui", "/openapi");

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return PAGES.stream().anyMatch(request.getRequestURI()::startsWith);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        response.setHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox");
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
