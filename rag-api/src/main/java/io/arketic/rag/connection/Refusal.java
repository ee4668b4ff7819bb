package io.arketic.rag.connection;

import io.arketic.rag.problem.ProblemReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.coyote.ActionCode;
import org.apache.coyote.Response;

/** Answers a request that reaches no part of the application. */
final class Refusal {

    private Refusal() {}

    static void write(Response response, ProblemReason reason) throws IOException {
        int status = reason.status().value();
        byte[] text = """
                {"type":"%s","title":"%s","status":%d}""".formatted(reason.type(), reason.title(), status).getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setContentType("application/problem+json");
        response.setContentLength(text.length);
        response.setHeader("X-Request-Id", UUID.randomUUID().toString());
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox");
        response.setHeader("Connection", "close");
        if (reason != ProblemReason.SENT_TOO_SLOWLY) {
            response.setHeader("Retry-After", "5");
        }
        response.doWrite(ByteBuffer.wrap(text));
        response.action(ActionCode.CLOSE, null);
    }
}
