package io.arketic.rag.problem;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

/** Converts problems into the errors of OpenAI's protocol, for its endpoints. */
@ControllerAdvice
public class OpenAiErrors implements ResponseBodyAdvice<Object> {

    private static final String PATHS = "/v1/";

    /** Returns {@code {"error": {…}}}, with a problem's reason as its code. */
    public static Map<String, Object> body(ProblemDetail problem) {
        String urn = String.valueOf(problem.getType());
        return Map.of(
                "error",
                Map.of(
                        "message",
                        String.valueOf(problem.getDetail()),
                        "type",
                        type(problem.getStatus()),
                        "code",
                        urn.substring(urn.lastIndexOf(':') + 1).replace('-', '_'),
                        "param",
                        parameter(problem)));
    }

    static boolean expectedAt(String path) {
        return path.startsWith(PATHS);
    }

    @Override
    public boolean supports(MethodParameter returnType, Class<? extends HttpMessageConverter<?>> converter) {
        return true;
    }

    @Override
    public @Nullable Object beforeBodyWrite(
            @Nullable Object body,
            MethodParameter returnType,
            MediaType contentType,
            Class<? extends HttpMessageConverter<?>> converter,
            ServerHttpRequest request,
            ServerHttpResponse response) {
        if (body instanceof ProblemDetail problem && expectedAt(request.getURI().getPath())) {
            response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
            response.setStatusCode(HttpStatusCode.valueOf(status(problem.getStatus())));
            return body(problem);
        }
        return body;
    }

    /** Returns the protocol's status, which is the same for invalid and malformed requests. */
    public static int status(int status) {
        return status == HttpStatus.UNPROCESSABLE_CONTENT.value() ? HttpStatus.BAD_REQUEST.value() : status;
    }

    private static String type(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 429 -> "rate_limit_error";
            default -> status < 500 ? "invalid_request_error" : "api_error";
        };
    }

    private static String parameter(ProblemDetail problem) {
        Map<String, Object> properties = problem.getProperties();
        Object errors = properties == null ? null : properties.get("errors");
        return errors instanceof List<?> list
                        && !list.isEmpty()
                        && list.get(0) instanceof ProblemException.FieldError error
                ? error.field()
                : "";
    }
}
