package io.arketic.rag.operations;

import io.arketic.rag.problem.ProblemReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers with a problem what the container refuses before any filter: heads that are too long, or no HTTP. The
 * container creates it by its name.
 */
public final class ProblemReportValve extends ErrorReportValve {

    private static final Logger log = LoggerFactory.getLogger(ProblemReportValve.class);

    @Override
    protected void report(Request request, Response response, @Nullable Throwable failure) {
        int status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        ProblemReason reason = status < 500 ? ProblemReason.MALFORMED_REQUEST : ProblemReason.INTERNAL;
        String detail = status < 500
                ? "The request is no HTTP that this server reads, or its head is longer than 32 KiB."
                : "The server could not read the request.";
        byte[] body =
                """
                {"type":"%s","title":"%s","status":%d,"detail":"%s"}""".formatted(reason.type(), reason.title(), status, detail).getBytes(StandardCharsets.UTF_8);
        try {
            response.setContentType("application/problem+json");
            response.setCharacterEncoding(StandardCharsets.UTF_8.name());
            if (response.getHeader("X-Request-Id") == null) {
                response.setHeader("X-Request-Id", UUID.randomUUID().toString());
            }
            response.setHeader("X-Content-Type-Options", "nosniff");
            response.setHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox");
            response.setContentLength(body.length);
            response.getOutputStream().write(body);
            response.finishResponse();
        } catch (IOException | IllegalStateException gone) {
            log.debug("No client to receive status {}", status, gone);
        }
    }
}
