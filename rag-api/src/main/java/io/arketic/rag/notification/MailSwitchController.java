package io.arketic.rag.notification;

import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.HtmlUtils;

/**
 * Serves {@code /notification-mails/{token}}, the address in each mail of notifications (RFC 8058). Opening it changes nothing,
 * because mail programs open addresses; a POST ends the mails.
 */
@RestController
@RequestMapping("/api/v1/notification-mails/{token}")
class MailSwitchController {

    private static final String HTML = MediaType.TEXT_HTML_VALUE;
    private static final String POLICY =
            "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; style-src 'unsafe-inline'";
    private static final String PAGE = """
            <!doctype html>
            <html lang="%s"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">
            <meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer"><title>%s</title>
            <style>body{font:1rem/1.5 system-ui;max-width:40rem;margin:3rem auto;padding:0 1rem}
            button{font:inherit;padding:.5rem 1.5rem}</style></head><body><main><h1>%s</h1><p>%s</p>%s</main></body></html>
            """;

    private final MailSwitch mails;

    MailSwitchController(MailSwitch mails) {
        this.mails = mails;
    }

    @Operation(
            summary = "End the mails of your notifications, by the address in one of them",
            description =
                    "Needs no sign-in, and is what a mail program calls for its button (RFC 8058). It may be repeated.")
    @Requires(Permission.NOTIFICATION_MAILS_END)
    @PostMapping
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void end(@PathVariable String token) {
        mails.end(mails.user(token).orElseThrow(() -> ProblemException.notFound("address of a mail")));
    }

    @Operation(hidden = true)
    @Requires(Permission.NOTIFICATION_MAILS_END)
    @GetMapping(produces = HTML)
    ResponseEntity<String> page(@PathVariable String token) {
        return page(mails.user(token), false);
    }

    @Operation(hidden = true)
    @Requires(Permission.NOTIFICATION_MAILS_END)
    @PostMapping(produces = HTML)
    ResponseEntity<String> press(@PathVariable String token) {
        Optional<UUID> user = mails.user(token);
        user.ifPresent(mails::end);
        return page(user, true);
    }

    private ResponseEntity<String> page(Optional<UUID> user, boolean ended) {
        Digest texts = new Digest(user.map(mails::language).orElse("en"), ZoneOffset.UTC);
        String said =
                texts.text(user.isEmpty() ? "unsubscribe.unknown" : ended ? "unsubscribe.done" : "unsubscribe.ask");
        String form = user.isEmpty() || ended
                ? ""
                : "<form method=\"post\"><button>" + HtmlUtils.htmlEscape(texts.text("unsubscribe.button"))
                        + "</button></form>";
        String title = HtmlUtils.htmlEscape(texts.text("unsubscribe.title"));
        return ResponseEntity.status(user.isEmpty() ? HttpStatus.NOT_FOUND : HttpStatus.OK)
                .contentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8))
                .header("Content-Security-Policy", POLICY)
                .body(PAGE.formatted(texts.language(), title, title, HtmlUtils.htmlEscape(said), form));
    }
}
