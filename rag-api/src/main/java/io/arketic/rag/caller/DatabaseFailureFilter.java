package io.arketic.rag.caller;

import io.arketic.rag.problem.DatabaseProblem;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.dao.DataAccessException;
import org.springframework.web.filter.OncePerRequestFilter;

/** Answers database failures of later filters: an unreachable database does not make a token invalid. */
final class DatabaseFailureFilter extends OncePerRequestFilter {

    private final ProblemWriter problems;

    DatabaseFailureFilter(ProblemWriter problems) {
        this.problems = problems;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            chain.doFilter(request, response);
        } catch (DataAccessException failure) {
            ProblemException problem = DatabaseProblem.of(failure);
            if (!response.isCommitted()) {
                problems.write(request, response, problem.reason(), String.valueOf(problem.getMessage()));
            }
        }
    }
}
