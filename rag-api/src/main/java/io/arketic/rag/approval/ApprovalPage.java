package io.arketic.rag.approval;

import io.arketic.rag.approval.ApprovalLinkController.ApprovalQuestion;
import io.arketic.rag.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.util.HtmlUtils;

/** The page of a link that asks, for a browser without a session and without scripts. */
final class ApprovalPage {

    /** Lets the page send its form, and nothing else. */
    static final String POLICY =
            "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; style-src 'unsafe-inline'";

    private static final String FRAME = """
            <!doctype html>
            <html lang="en"><head><meta name="color-scheme" content="%s"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <meta name="referrer" content="no-referrer"><title>A workflow asks</title>
            <style>body{font:1rem/1.5 system-ui;max-width:40rem;margin:3rem auto;padding:0 1rem}
            pre{white-space:pre-wrap;font:inherit}textarea{width:100%%}button{font:inherit;padding:.5rem 1.5rem}</style>
            </head><body><main>%s</main></body></html>
            """;
    private static final String FORM = """
            <form method="post"><label for="comment">Comment</label>
            <textarea id="comment" name="comment" maxlength="2000" rows="3"></textarea>
            <p><button name="decision" value="approve">Approve</button>
            <button name="decision" value="reject">Reject</button></p></form>
            """;

    private ApprovalPage() {}

    static ResponseEntity<String> of(ApprovalQuestion question) {
        String heading = "<h1>%s, run %d</h1><pre>%s</pre>"
                .formatted(
                        HtmlUtils.htmlEscape(question.workflow()),
                        question.executionNumber(),
                        HtmlUtils.htmlEscape(question.message()));
        return page(
                HttpStatusCode.valueOf(200),
                scheme(question.theme()),
                heading + (question.decision() == null ? FORM : "<p>Thank you: your decision is stored.</p>"));
    }

    /** Says why a link decides nothing. */
    static ResponseEntity<String> of(ProblemException closed) {
        return page(
                closed.reason().status(),
                scheme("system"),
                "<h1>This link decides nothing any longer</h1><p>%s</p>"
                        .formatted(HtmlUtils.htmlEscape(String.valueOf(closed.getMessage()))));
    }

    private static String scheme(String theme) {
        return theme.equals("system") ? "light dark" : theme;
    }

    private static ResponseEntity<String> page(HttpStatusCode status, String scheme, String content) {
        return ResponseEntity.status(status)
                .contentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8))
                .body(FRAME.formatted(scheme, content));
    }
}
