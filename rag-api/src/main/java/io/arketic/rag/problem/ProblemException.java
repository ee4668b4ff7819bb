package io.arketic.rag.problem;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.context.i18n.LocaleContext;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.http.ProblemDetail;

/** Ends a request with a problem. The caller sees the detail, which never reveals other tenants or internals. */
public final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Describes the fault of one field of the request; {@code field} has its name in the request. */
    public record FieldError(String field, String message) {}

    private final ProblemReason reason;
    private final transient List<FieldError> errors;
    private final @Nullable Duration retryAfter;
    private final boolean workGoesOn;

    private ProblemException(
            ProblemReason reason,
            String detail,
            List<FieldError> errors,
            @Nullable Duration retryAfter,
            @Nullable Throwable cause) {
        this(reason, detail, errors, retryAfter, cause, false);
    }

    private ProblemException(
            ProblemReason reason,
            String detail,
            List<FieldError> errors,
            @Nullable Duration retryAfter,
            @Nullable Throwable cause,
            boolean workGoesOn) {
        super(detail, cause);
        this.reason = reason;
        this.errors = List.copyOf(errors);
        this.retryAfter = retryAfter;
        this.workGoesOn = workGoesOn;
    }

    public ProblemException(ProblemReason reason, String detail) {
        this(reason, detail, List.of(), null, null);
    }

    public ProblemException(ProblemReason reason, String detail, Throwable cause) {
        this(reason, detail, List.of(), null, cause);
    }

    /** Returns a problem of one field. */
    public static ProblemException ofField(ProblemReason reason, String field, String message) {
        return new ProblemException(reason, field + " " + message, List.of(new FieldError(field, message)), null, null);
    }

    /** Returns a problem of invalid input in one or several fields. */
    public static ProblemException ofFields(List<FieldError> errors) {
        String fields = String.join(
                ", ", errors.stream().map(FieldError::field).distinct().sorted().toList());
        return new ProblemException(ProblemReason.INVALID_INPUT, "Invalid: " + fields + ".", errors, null, null);
    }

    /** Returns a problem of work that was not given up: a request that repeats it must not begin it again. */
    public static ProblemException goingOn(ProblemReason reason, String detail, Throwable cause) {
        return new ProblemException(reason, detail, List.of(), null, cause, true);
    }

    /** Returns a problem that is the same for missing resources and those of another tenant. */
    public static ProblemException notFound(String what) {
        return new ProblemException(ProblemReason.NOT_FOUND, "There is no such " + what + ".");
    }

    public static ProblemException tooManyRequests(String detail, Duration retryAfter) {
        return limited(ProblemReason.TOO_MANY_REQUESTS, detail, retryAfter);
    }

    /** Returns a problem of a limit that is free again after a while. */
    static ProblemException limited(ProblemReason reason, String detail, Duration retryAfter) {
        return new ProblemException(reason, detail, List.of(), retryAfter, null);
    }

    public ProblemReason reason() {
        return reason;
    }

    /** Returns whether the work was not given up. */
    public boolean workGoesOn() {
        return workGoesOn;
    }

    /** Returns the header's form. */
    @Nullable
    String retryAfterSeconds() {
        return retryAfter == null ? null : Long.toString(Math.max(1, retryAfter.toSeconds()));
    }

    /** Returns the response's body. */
    public ProblemDetail body() {
        return body(reason, String.valueOf(getMessage()), errors);
    }

    /** Outside a request, and where the server failed, the title is English. */
    static ProblemDetail body(ProblemReason reason, String detail, List<FieldError> errors) {
        ProblemDetail body = ProblemDetail.forStatusAndDetail(reason.status(), detail);
        body.setType(reason.type());
        LocaleContext language = LocaleContextHolder.getLocaleContext();
        Locale locale = language == null || reason.status().is5xxServerError() ? null : language.getLocale();
        body.setTitle(locale == null ? reason.title() : reason.title(locale));
        if (!errors.isEmpty()) {
            body.setProperty("errors", errors);
        }
        return body;
    }
}
