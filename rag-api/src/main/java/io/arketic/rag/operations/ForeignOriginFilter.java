package io.arketic.rag.operations;

import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.problem.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.Set;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Allows calls of {@code /mcp} only from pages of this machine and of {@code arketic.cors.origins}, as the protocol
 * requires: a page whose name an attacker points here has the Host of its own Origin. Programs send no Origin.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 4)
class ForeignOriginFilter extends OncePerRequestFilter {

    private static final String PATH = "/mcp";
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final CrossOriginProperties settings;
    private final ProblemWriter problems;

    ForeignOriginFilter(CrossOriginProperties settings, ProblemWriter problems) {
        this.settings = settings;
        this.problems = problems;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !request.getRequestURI().equals(PATH);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin == null || settings.origins().contains(origin) || ofThisMachine(origin)) {
            chain.doFilter(request, response);
        } else {
            problems.write(
                    request,
                    response,
                    ProblemReason.FORBIDDEN,
                    "Pages of this origin may not call; arketic.cors.origins names those that may.");
        }
    }

    private static boolean ofThisMachine(String origin) {
        try {
            String host = URI.create(origin).getHost();
            return host != null && LOOPBACK.contains(host);
        } catch (IllegalArgumentException unreadable) {
            return false;
        }
    }
}
