package io.arketic.rag.connection;

import io.arketic.rag.connection.TurnedAway.Again;
import io.arketic.rag.problem.ProblemWriter;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses repeated requests that come too early, before any costly work; {@link BodyGate} has kept none of their
 * bodies. The refusal waits for a second without a thread, so that a program in a loop repeats it once a second on each
 * connection.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 5)
class TurnedAwayFilter extends OncePerRequestFilter {

    private static final String WAITED = TurnedAwayFilter.class.getName();
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** Ends a refusal whose pause was lost. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final TurnedAway turnedAway;
    private final ProblemWriter problems;
    private final ScheduledExecutorService pauses = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "turned-away");
        thread.setDaemon(true);
        return thread;
    });

    TurnedAwayFilter(TurnedAway turnedAway, ProblemWriter problems) {
        this.turnedAway = turnedAway;
        this.problems = problems;
    }

    @Override
    protected boolean shouldNotFilterAsyncDispatch() {
        return false;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (request.getAttribute(WAITED) instanceof Again waited) {
            waited.headers().forEach(response::setHeader);
            problems.write(request, response, waited.problem());
            return;
        }
        Again again = isAsyncDispatch(request) ? null : refusal(request);
        if (again == null) {
            chain.doFilter(request, response);
            return;
        }
        request.setAttribute(WAITED, again);
        AsyncContext waiting = request.startAsync();
        waiting.setTimeout(LONGEST_PAUSE.toMillis());
        try {
            // Fails only where the caller has gone meanwhile.
            pauses.schedule(() -> waiting.dispatch(), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException stopping) {
            waiting.dispatch();
        }
    }

    private @Nullable Again refusal(HttpServletRequest request) {
        return request.getAttribute(TurnedAway.ATTRIBUTE) instanceof Again decided ? decided : turnedAway.by(request);
    }

    /** Waiting refusals still end after their second; later ones do not wait. */
    @Override
    public void destroy() {
        pauses.shutdown();
    }
}
