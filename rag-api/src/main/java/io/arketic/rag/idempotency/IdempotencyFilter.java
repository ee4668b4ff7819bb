package io.arketic.rag.idempotency;

import io.arketic.rag.caller.Identity;
import io.arketic.rag.idempotency.Creations.Creation;
import io.arketic.rag.idempotency.Creations.Form;
import io.arketic.rag.idempotency.IdempotencyKeys.Claim;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessException;
import org.springframework.http.MediaType;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.util.WebUtils;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers a repeated creation under its {@code Idempotency-Key} as it was answered the first time. It runs after the
 * security filters, because keys belong to a caller. A failed creation is done again, and so is one whose process died.
 * An asynchronous response is stored when it ends.
 */
@Component
@Order(Ordered.LOWEST_PRECEDENCE)
class IdempotencyFilter extends OncePerRequestFilter {

    private static final Logger log = LoggerFactory.getLogger(IdempotencyFilter.class);
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]([\\x20-\\x7e]*[\\x21-\\x7e])?");

    private final Creations creations;
    private final IdempotencyKeys keys;
    private final ReplayGuards standing;
    private final EventForm eventForm;
    private final JsonMapper json;
    private final HandlerExceptionResolver problems;

    IdempotencyFilter(
            Creations creations,
            IdempotencyKeys keys,
            ReplayGuards standing,
            EventForm eventForm,
            JsonMapper json,
            @Qualifier("handlerExceptionResolver") HandlerExceptionResolver problems) {
        this.creations = creations;
        this.keys = keys;
        this.standing = standing;
        this.eventForm = eventForm;
        this.json = json;
        this.problems = problems;
    }

    /** Returns false, because an asynchronous response passes again to be written. */
    @Override
    protected boolean shouldNotFilterAsyncDispatch() {
        return false;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return request.getHeader(Creations.HEADER) == null
                || !request.getMethod().equals("POST");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (isAsyncDispatch(request)) {
            goOn(request, response, chain);
            return;
        }
        Identity caller = caller();
        Optional<Creation> creation = caller == null ? Optional.empty() : creations.reachedBy(request);
        if (caller == null || creation.isEmpty()) {
            chain.doFilter(request, response);
            return;
        }
        String key = request.getHeader(Creations.HEADER).strip();
        if (key.length() > Creations.LONGEST_KEY || !KEY.matcher(key).matches()) {
            refuse(
                    request,
                    response,
                    ProblemException.ofField(
                            ProblemReason.INVALID_INPUT, Creations.HEADER, "must be 1 to 255 printable characters"));
            return;
        }
        RepeatableRequest repeatable;
        try {
            repeatable = new RepeatableRequest(request);
        } catch (RepeatableRequest.TooLarge tooLarge) {
            refuse(
                    request,
                    response,
                    new ProblemException(ProblemReason.TOO_LARGE, "The body is larger than this server takes."));
            return;
        } catch (ServletException | IllegalStateException unreadable) {
            chain.doFilter(request, response);
            return;
        }
        Claim claim;
        try {
            claim = keys.claim(caller, key, repeatable.hash());
        } catch (DataAccessException failure) {
            refuse(request, response, failure);
            return;
        }
        if (claim instanceof Claim.Made made) {
            make(caller, made.id(), repeatable, response, chain);
        } else if (claim instanceof Claim.Answered answered) {
            try {
                standing.require(caller, creation.get(), answered.answer().organization());
            } catch (ProblemException | DataAccessException refusal) {
                refuse(request, response, refusal);
                return;
            }
            replay(answered.answer(), creation.get().form(), response);
        } else if (claim instanceof Claim.UnderWay underWay && creation.get().form() != Form.WHOLE) {
            KeyedRequest.joining(underWay.id()).attachTo(repeatable);
            chain.doFilter(repeatable, response);
        } else {
            refuse(request, response, refusal(claim));
        }
    }

    private void make(
            Identity caller, UUID claim, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        KeyedRequest keyed =
                KeyedRequest.first(claim, answer -> finish(caller, claim, answer), () -> release(caller, claim));
        keyed.attachTo(request);
        conclude(request, new KeptResponse(response, keyed), chain, keyed);
    }

    private void goOn(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        KeyedRequest keyed = KeyedRequest.of(request);
        KeptResponse kept = WebUtils.getNativeResponse(response, KeptResponse.class);
        if (keyed == null || kept == null) {
            chain.doFilter(request, response);
        } else {
            conclude(request, kept, chain, keyed);
        }
    }

    /** Stores the answer before it is sent, so that work whose answer a caller has is never repeated. */
    private static void conclude(
            HttpServletRequest request, KeptResponse response, FilterChain chain, KeyedRequest keyed)
            throws ServletException, IOException {
        boolean goesOn = false;
        try {
            chain.doFilter(request, response);
            goesOn = keyed.isGivenOn() || request.isAsyncStarted();
            Answer answer = goesOn ? null : Answer.of(response);
            if (answer != null && answer.isSuccess()) {
                keyed.finish(answer);
            }
            if (request.getAttribute(DispatcherServlet.EXCEPTION_ATTRIBUTE) instanceof ProblemException problem
                    && problem.workGoesOn()) {
                keyed.hold();
            }
        } finally {
            if (!goesOn) {
                keyed.release();
            }
        }
        if (!goesOn) {
            response.copyBodyToResponse();
        } else if (!keyed.isGivenOn()) {
            request.getAsyncContext().addListener(new Broken(keyed));
        }
    }

    /** Releases the key of an asynchronous response that ends without being written. */
    private record Broken(KeyedRequest keyed) implements AsyncListener {

        @Override
        public void onComplete(AsyncEvent event) {
            if (!keyed.isGivenOn()) {
                keyed.release();
            }
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            // followed by its completion
        }

        @Override
        public void onError(AsyncEvent event) {
            // followed by its completion
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            event.getAsyncContext().addListener(this);
        }
    }

    /**
     * Stores the answer; if that fails, the claim stays, and a repeated request is told to wait instead of being
     * executed.
     */
    private void finish(Identity caller, UUID claim, Answer answer) {
        try {
            keys.finish(caller, claim, answer);
        } catch (RuntimeException failure) {
            log.error("The answer under an idempotency key could not be kept", failure);
        }
    }

    private void release(Identity caller, UUID claim) {
        try {
            keys.release(caller, claim);
        } catch (RuntimeException failure) {
            log.error("An idempotency key could not be released, it is taken for a while", failure);
        }
    }

    private void replay(Answer answer, Form form, HttpServletResponse response) throws IOException {
        response.setStatus(answer.status());
        answer.headers().forEach(response::setHeader);
        response.setHeader("Idempotency-Replayed", "true");
        byte[] body = answer.body();
        if (form == Form.EVENTS) {
            response.setStatus(HttpServletResponse.SC_OK);
            response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
            body = eventForm.events(json.readTree(body)).getBytes(StandardCharsets.UTF_8);
        }
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    private static ProblemException refusal(Claim claim) {
        return claim instanceof Claim.OtherRequest
                ? new ProblemException(
                        ProblemReason.IDEMPOTENCY_KEY_REUSED,
                        "The key was already sent with another request; use a new key for each.")
                : KeyedRequest.underWay();
    }

    private void refuse(HttpServletRequest request, HttpServletResponse response, Exception problem) {
        problems.resolveException(request, response, null, problem);
    }

    private static @Nullable Identity caller() {
        var authentication = SecurityContextHolder.getContext().getAuthentication();
        return authentication != null && authentication.getPrincipal() instanceof Identity identity ? identity : null;
    }
}
