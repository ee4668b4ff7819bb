package io.arketic.rag.caller;

import io.arketic.rag.connection.RequestThreads;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.problem.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;

/** Lets SCIM requests in with a valid token only, and keeps their {@link Directory} for the controllers. */
final class DirectoryFilter extends OncePerRequestFilter {

    private final DirectoryTokens tokens;
    private final ProblemWriter problems;

    DirectoryFilter(DirectoryTokens tokens, ProblemWriter problems) {
        this.tokens = tokens;
        this.problems = problems;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<Directory> directory = tokens.enter(request.getHeader(HttpHeaders.AUTHORIZATION));
        if (directory.isEmpty()) {
            response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
            problems.write(request, response, ProblemReason.UNAUTHENTICATED, "The SCIM token is unknown or revoked.");
            return;
        }
        try {
            RequestThreads.belongsTo(directory.get().organizationId());
        } catch (ProblemException busy) {
            problems.write(request, response, busy);
            return;
        }
        request.setAttribute(DirectoryArgument.ATTRIBUTE, directory.get());
        chain.doFilter(request, response);
    }
}
