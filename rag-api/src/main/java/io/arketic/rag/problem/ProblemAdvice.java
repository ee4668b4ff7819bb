package io.arketic.rag.problem;

import io.arketic.rag.problem.ProblemException.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.multipart.MaxUploadSizeExceededException;
import org.springframework.web.multipart.MultipartException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Turns each failure of a request into a problem; only the log contains a stack trace. */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
class ProblemAdvice extends ResponseEntityExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);
    /** Equals {@code server.tomcat.max-part-count}. */
    private static final int MAX_PARTS = 200;

    private static final Pattern HUMP = Pattern.compile("([a-z0-9])([A-Z])");

    @ExceptionHandler
    ResponseEntity<Object> problem(ProblemException problem) {
        if (problem.reason().status().is5xxServerError()) {
            log.warn("Request failed: {}", problem.reason(), problem);
        }
        HttpHeaders headers = new HttpHeaders();
        if (problem.retryAfterSeconds() != null) {
            headers.set(HttpHeaders.RETRY_AFTER, problem.retryAfterSeconds());
        }
        if (problem.reason().status() == HttpStatus.UNAUTHORIZED) {
            headers.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        return ResponseEntity.status(problem.reason().status())
                .headers(headers)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem.body());
    }

    /** Rethrows refusals that the security filters answer themselves. */
    @ExceptionHandler({AccessDeniedException.class, AuthenticationException.class})
    void leave(RuntimeException refusal) {
        throw refusal;
    }

    @ExceptionHandler
    ResponseEntity<Object> database(DataAccessException failure) {
        return problem(DatabaseProblem.of(failure));
    }

    @ExceptionHandler
    ResponseEntity<Object> multipart(MultipartException failure) {
        return plain(
                ProblemReason.MALFORMED_REQUEST,
                "The multipart body cannot be read, or has more than " + MAX_PARTS + " parts.",
                List.of());
    }

    @ExceptionHandler
    ResponseEntity<Object> parameters(InvalidParameterException unreadable) {
        return plain(ProblemReason.MALFORMED_REQUEST, "The parameters cannot be read.", List.of());
    }

    @ExceptionHandler
    ResponseEntity<Object> unexpected(Exception failure) {
        log.error("Unexpected failure", failure);
        return plain(ProblemReason.INTERNAL, "The failure has been logged under this request's id.", List.of());
    }

    @Override
    protected ResponseEntity<Object> handleMethodArgumentNotValid(
            MethodArgumentNotValidException invalid, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        return invalid(invalid.getBindingResult().getFieldErrors().stream()
                .map(error -> new FieldError(snake(error.getField()), String.valueOf(error.getDefaultMessage())))
                .toList());
    }

    @Override
    protected ResponseEntity<Object> handleHandlerMethodValidationException(
            HandlerMethodValidationException invalid, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        List<FieldError> errors = new ArrayList<>();
        invalid.getParameterValidationResults()
                .forEach(result -> result.getResolvableErrors()
                        .forEach(error -> errors.add(new FieldError(
                                // The body's name is none that a caller knows.
                                error instanceof org.springframework.validation.FieldError field
                                        ? snake(field.getField())
                                        : snake(String.valueOf(
                                                result.getMethodParameter().getParameterName())),
                                String.valueOf(error.getDefaultMessage())))));
        return invalid(errors);
    }

    @Override
    protected ResponseEntity<Object> handleTypeMismatch(
            TypeMismatchException mismatch, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        if (mismatch instanceof MethodArgumentTypeMismatchException argument) {
            if (argument.getParameter().hasParameterAnnotation(PathVariable.class)) {
                return plain(ProblemReason.NOT_FOUND, "This address does not exist.", List.of());
            }
            return invalid(List.of(new FieldError(snake(argument.getName()), "is not of the right type")));
        }
        return invalid(List.of());
    }

    @Override
    protected ResponseEntity<Object> handleHttpMessageNotReadable(
            HttpMessageNotReadableException unreadable,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        if (caused(unreadable, StreamConstraintsException.class).isPresent()
                || caused(unreadable, BodyTooLongException.class).isPresent()) {
            return plain(ProblemReason.TOO_LARGE, "The JSON is larger than this server takes.", List.of());
        }
        if (unreadable.getCause() instanceof UnrecognizedPropertyException unknown) {
            return invalid(List.of(new FieldError(path(unknown), "is not a field of this request")));
        }
        if (unreadable.getCause() instanceof DatabindException databind
                && !databind.getPath().isEmpty()) {
            return invalid(List.of(new FieldError(snake(path(databind)), "is not of the right type")));
        }
        return plain(ProblemReason.MALFORMED_REQUEST, "The body is not valid JSON.", List.of());
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleMaxUploadSizeExceededException(
            MaxUploadSizeExceededException tooLarge, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        return plain(
                ProblemReason.TOO_LARGE,
                "The upload is larger than this server takes, or has more than " + MAX_PARTS + " parts.",
                List.of());
    }

    @Override
    protected ResponseEntity<Object> handleExceptionInternal(
            Exception failure, @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        ProblemReason reason = switch (status.value()) {
            case 400 -> ProblemReason.MALFORMED_REQUEST;
            case 404 -> ProblemReason.NOT_FOUND;
            case 405 -> ProblemReason.METHOD_NOT_ALLOWED;
            case 406 -> ProblemReason.NOT_ACCEPTABLE;
            case 413 -> ProblemReason.TOO_LARGE;
            case 415 -> ProblemReason.UNSUPPORTED_MEDIA_TYPE;
            case 422 -> ProblemReason.INVALID_INPUT;
            default -> ProblemReason.INTERNAL;
        };
        String detail =
                failure instanceof ErrorResponse response && response.getBody().getDetail() != null
                        ? String.valueOf(response.getBody().getDetail())
                        : reason.title();
        if (reason == ProblemReason.INTERNAL) {
            log.error("Unexpected failure", failure);
            detail = "The failure has been logged under this request's id.";
        }
        return ResponseEntity.status(reason.status())
                .headers(headers)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(ProblemException.body(reason, detail, List.of()));
    }

    private static String path(DatabindException failure) {
        return failure.getPath().stream()
                .map(JacksonException.Reference::getPropertyName)
                .filter(name -> name != null && !name.isEmpty())
                .reduce((outer, inner) -> outer + "." + inner)
                .orElse("body");
    }

    private static ResponseEntity<Object> invalid(List<FieldError> errors) {
        String fields = String.join(
                ", ", errors.stream().map(FieldError::field).distinct().sorted().toList());
        return plain(ProblemReason.INVALID_INPUT, "Invalid: " + fields + ".", errors);
    }

    private static ResponseEntity<Object> plain(ProblemReason reason, String detail, List<FieldError> errors) {
        return ResponseEntity.status(reason.status())
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(ProblemException.body(reason, detail, errors));
    }

    private static <T extends Throwable> Optional<T> caused(Throwable failure, Class<T> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return Optional.of(type.cast(cause));
            }
        }
        return Optional.empty();
    }

    private static String snake(String name) {
        return HUMP.matcher(name).replaceAll("$1_$2").toLowerCase(Locale.ROOT);
    }
}
