package io.arketic.rag.idempotency;

import io.arketic.rag.organization.LetIn;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Represents a creation under an {@code Idempotency-Key}. Work that outlives its request takes the key over with {@link
 * #giveOn} and ends it with {@link #finish} or {@link #release}; otherwise the filter ends it.
 */
public final class KeyedRequest {

    private static final String ATTRIBUTE = KeyedRequest.class.getName();

    private final LetIn letIn = new LetIn();
    private final UUID claim;
    private final boolean joins;
    private final Consumer<Answer> keep;
    private final Runnable free;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile boolean givenOn;

    private KeyedRequest(UUID claim, boolean joins, Consumer<Answer> keep, Runnable free) {
        this.claim = claim;
        this.joins = joins;
        this.keep = keep;
        this.free = free;
    }

    /** Creates the first request under its key. */
    static KeyedRequest first(UUID claim, Consumer<Answer> keep, Runnable free) {
        return new KeyedRequest(claim, false, keep, free);
    }

    /** Creates a request whose first one has not been answered yet. */
    static KeyedRequest joining(UUID claim) {
        return new KeyedRequest(claim, true, answer -> {}, () -> {});
    }

    void attachTo(HttpServletRequest request) {
        request.setAttribute(ATTRIBUTE, this);
        letIn.attachTo(request);
    }

    static @Nullable KeyedRequest of(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof KeyedRequest keyed ? keyed : null;
    }

    /** Returns that of the current request; null without a key. */
    public static @Nullable KeyedRequest current() {
        return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes
                ? of(attributes.getRequest())
                : null;
    }

    /** Returns the claim, the same for all repeated requests. */
    public UUID claim() {
        return claim;
    }

    /** Returns whether the same request is already in progress: the work must not begin a second time. */
    public boolean joins() {
        return joins;
    }

    /** Hands the key over: the work continues after this request, and writes its response gradually. */
    public void giveOn() {
        givenOn = true;
    }

    boolean isGivenOn() {
        return givenOn;
    }

    /** Stores the answer for repeated requests. It has no effect once the key has ended. */
    public void finish(int status, String contentType, byte[] body) {
        finish(new Answer(status, Map.of(HttpHeaders.CONTENT_TYPE, contentType), body, null));
    }

    void finish(Answer answer) {
        if (ended.compareAndSet(false, true)) {
            keep.accept(answer.of(letIn.organization()));
        }
    }

    /** Releases the key, so that the next request does the work again. It has no effect once the key has ended. */
    public void release() {
        if (ended.compareAndSet(false, true)) {
            free.run();
        }
    }

    /**
     * Leaves the key taken for as long as work may last, so that a repeated request does not begin the work again. It has no
     * effect once the key has ended.
     */
    public void hold() {
        ended.set(true);
    }

    /** Returns the refusal of a request that can neither be answered yet nor join the first one. */
    public static ProblemException underWay() {
        return new ProblemException(
                ProblemReason.IDEMPOTENCY_KEY_UNDER_WAY,
                "The first request under this key has not been answered yet; send it again in a moment.");
    }
}
