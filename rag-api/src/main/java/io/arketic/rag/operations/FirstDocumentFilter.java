package io.arketic.rag.operations;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Serves Arketic's own document at {@code /openapi}. springdoc would describe every path there, and its setting that
 * leaves paths out applies to all documents.
 */
@Component
final class FirstDocumentFilter extends OncePerRequestFilter {

    static final String GROUP = "arketic";

    private static final Set<String> ALONE = Set.of("/openapi", "/openapi.yaml");

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !ALONE.contains(request.getRequestURI());
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        request.getRequestDispatcher(request.getRequestURI() + "/" + GROUP).forward(request, response);
    }
}
