package io.arketic.rag.connection;

import io.arketic.rag.connection.TurnedAway.Again;
import io.arketic.rag.problem.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses repeated requests that come too early, before any costly work; {@link BodyGate} has kept none of their
 * bodies.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 5)
class TurnedAwayFilter extends OncePerRequestFilter {

    private final TurnedAway turnedAway;
    private final ProblemWriter problems;

    TurnedAwayFilter(TurnedAway turnedAway, ProblemWriter problems) {
        this.turnedAway = turnedAway;
        this.problems = problems;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Again again =
                request.getAttribute(TurnedAway.ATTRIBUTE) instanceof Again decided ? decided : turnedAway.by(request);
        if (again == null) {
            chain.doFilter(request, response);
        } else {
            again.headers().forEach(response::setHeader);
            problems.write(request, response, again.problem());
        }
    }
}
