package io.arketic.rag.operations;

import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.problem.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses bodies with a content coding: the API reads no gzip, and a few kilobytes of it can unpack to gigabytes. The
 * answer names the accepted form (RFC 9110, 15.5.16).
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 3)
class EncodedBodyFilter extends OncePerRequestFilter {

    private static final String IDENTITY = "identity";

    private final ProblemWriter problems;

    EncodedBodyFilter(ProblemWriter problems) {
        this.problems = problems;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding == null || encoding.isBlank() || encoding.strip().equalsIgnoreCase(IDENTITY)) {
            chain.doFilter(request, response);
            return;
        }
        response.setHeader(HttpHeaders.ACCEPT_ENCODING, IDENTITY);
        problems.write(
                request,
                response,
                ProblemReason.UNSUPPORTED_MEDIA_TYPE,
                "The body has a Content-Encoding. Send it without one.");
    }
}
