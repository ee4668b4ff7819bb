package io.arketic.rag.problem;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

/** Converts problems into the errors of SCIM (RFC 7644, section 3.12), for its endpoints. */
@ControllerAdvice
public class ScimErrors implements ResponseBodyAdvice<Object> {

    public static final MediaType TYPE = new MediaType("application", "scim+json");

    private static final String PATHS = "/scim/";
    private static final String SCHEMA = "urn:ietf:params:scim:api:messages:2.0:Error";

    static boolean expectedAt(String path) {
        return path.startsWith(PATHS);
    }

    /** Returns the error, with the problem's type beside SCIM's own fields. */
    static Map<String, Object> body(ProblemDetail problem) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("schemas", List.of(SCHEMA));
        body.put("status", Integer.toString(OpenAiErrors.status(problem.getStatus())));
        scimType(problem).ifPresent(type -> body.put("scimType", type));
        body.put("detail", String.valueOf(problem.getDetail()));
        body.put("type", String.valueOf(problem.getType()));
        return body;
    }

    private static Optional<String> scimType(ProblemDetail problem) {
        return switch (problem.getStatus()) {
            case 400 -> Optional.of("invalidSyntax");
            case 409 -> Optional.of("uniqueness").filter(type -> !isOfMember(problem));
            case 422 -> Optional.of("invalidValue");
            default -> Optional.empty();
        };
    }

    /** Returns whether the conflict is not with another user or group. */
    private static boolean isOfMember(ProblemDetail problem) {
        return List.of(ProblemReason.LAST_OWNER, ProblemReason.MEMBER_LIMIT, ProblemReason.MEMBER_REMOVED).stream()
                .anyMatch(reason -> reason.type().equals(problem.getType()));
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
            response.getHeaders().setContentType(TYPE);
            response.setStatusCode(HttpStatusCode.valueOf(OpenAiErrors.status(problem.getStatus())));
            return body(problem);
        }
        return body;
    }
}
