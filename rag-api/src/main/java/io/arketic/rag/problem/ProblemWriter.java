package io.arketic.rag.problem;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Writes a problem from the filters, where no controller has been reached. */
@Component
public class ProblemWriter {

    private final JsonMapper json;

    ProblemWriter(JsonMapper json) {
        this.json = json;
    }

    public void write(HttpServletRequest request, HttpServletResponse response, ProblemReason reason, String detail)
            throws IOException {
        write(request, response, new ProblemException(reason, detail));
    }

    public void write(HttpServletRequest request, HttpServletResponse response, ProblemException ending)
            throws IOException {
        ProblemReason reason = ending.reason();
        ProblemDetail problem = ending.body();
        if (ending.retryAfterSeconds() != null) {
            response.setHeader(HttpHeaders.RETRY_AFTER, ending.retryAfterSeconds());
        }
        boolean openAi = OpenAiErrors.expectedAt(request.getRequestURI());
        boolean scim = ScimErrors.expectedAt(request.getRequestURI());
        int status = reason.status().value();
        // Both protocols have one status for invalid and malformed requests.
        response.setStatus(openAi || scim ? OpenAiErrors.status(status) : status);
        response.setContentType(
                scim
                        ? ScimErrors.TYPE.toString()
                        : openAi ? MediaType.APPLICATION_JSON_VALUE : MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        Object body = scim ? ScimErrors.body(problem) : openAi ? OpenAiErrors.body(problem) : problem;
        response.getOutputStream().write(json.writeValueAsBytes(body));
    }
}
