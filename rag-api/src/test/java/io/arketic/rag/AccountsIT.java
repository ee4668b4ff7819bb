package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tests accounts with SMTP, which must be verified. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccountsIT {

    private static final String PASSWORD = "a good password";

    private Mailbox mailbox;
    private RunningApi api;
    private ApiClient anonymous;

    @BeforeAll
    void start() {
        mailbox = Mailbox.open();
        api = RunningApi.start(
                "127.0.0.1:1",
                Map.of(
                        "arketic.mail.smtp.host",
                        "127.0.0.1",
                        "arketic.mail.smtp.port",
                        mailbox.port(),
                        "arketic.mail.smtp.encryption",
                        "none"));
        anonymous = api.client();
    }

    @AfterAll
    void stop() {
        api.close();
        mailbox.close();
    }

    @Test
    void anAccountIsOpenOnceItsAddressIsVerifiedWithItsPassword() {
        assertThat(register("new@example.org", PASSWORD).text("status")).isEqualTo("pending_verification");
        String token = mailbox.token("new@example.org", 1);
        login("new@example.org", PASSWORD).assertProblem(401, "bad-credentials", null);
        verify(token, "of somebody else").assertProblem(422, "token-invalid", null);
        verify("unknown", PASSWORD).assertProblem(422, "token-invalid", null);
        assertThat(verify(token, PASSWORD).status()).isEqualTo(200);
        verify(token, PASSWORD).assertProblem(422, "token-invalid", null);
        assertThat(me(login("new@example.org", PASSWORD))
                        .body()
                        .path("is_verified")
                        .booleanValue())
                .isTrue();
    }

    @Test
    void notificationsAreMailedOnceAsTheUserAsksForIt() {
        register("told@example.org", PASSWORD);
        verify(mailbox.token("told@example.org", 1), PASSWORD);
        ApiClient told = anonymous.as(login("told@example.org", PASSWORD).text("access_token"));
        told.patch(
                "/users/me/preferences",
                Map.of("custom_settings", Map.of("notifications", Map.of("mail", "now"))),
                "If-Match",
                "*");
        told.patch("/users/me/profile", Map.of("language", "de"), "If-Match", "*");
        for (int number = 1; number <= 2; number++) {
            api.execute("insert into user_sessions (user_id, user_agent) select id, 'browser " + number
                    + "' from users where email = 'told@example.org'");
            assertThat(mailbox.text("told@example.org", 1 + number))
                    .contains("Eine neue Anmeldung: browser " + number)
                    .doesNotContain("browser " + (3 - number));
        }
    }

    @Test
    void registeringDoesNotTellWhetherThereIsAnAccount() {
        String unknown = register("known@example.org", PASSWORD).text();
        verify(mailbox.token("known@example.org", 1), PASSWORD);
        ApiClient.Reply again = register("known@example.org", "another password");
        assertThat(again.status()).isEqualTo(202);
        assertThat(again.text()).isEqualTo(unknown);
        assertThat(mailbox.text("known@example.org", 2)).contains("There is one already");
        assertThat(login("known@example.org", PASSWORD).status()).isEqualTo(200);
        assertThat(login("known@example.org", "another password").status()).isEqualTo(401);
    }

    @Test
    void aLaterRegistrationTakesAnUnverifiedAddress() {
        register("late@example.org", "of who was first");
        String first = mailbox.token("late@example.org", 1);
        register("late@example.org", PASSWORD);
        String second = mailbox.token("late@example.org", 2);
        verify(first, "of who was first").assertProblem(422, "token-invalid", null);
        verify(second, "of who was first").assertProblem(422, "token-invalid", null);
        assertThat(verify(second, PASSWORD).status()).isEqualTo(200);
    }

    @Test
    void aForgottenPasswordIsReplacedByMailOnceAndEndsEverySession() {
        ApiClient.Reply tokens = verified("forgot@example.org");
        String personal = anonymous
                .as(tokens.text("access_token"))
                .post(
                        "/users/me/tokens",
                        Map.of(
                                "name",
                                "laptop",
                                "scopes",
                                List.of("read"),
                                "expires_at",
                                Instant.now().plusSeconds(3600).toString()))
                .text("token");
        assertThat(mailbox.text("forgot@example.org", 2)).contains("lets a program act for you");
        anonymous.as(personal).get("/auth/me").assertProblem(403, "forbidden", null);
        assertThat(anonymous
                        .post("/auth/password-reset", Map.of("email", "nobody-at-all@example.org"))
                        .status())
                .isEqualTo(202);
        assertThat(anonymous
                        .post("/auth/password-reset", Map.of("email", " Forgot@Example.org"))
                        .status())
                .isEqualTo(202);
        Map<String, String> reset =
                Map.of("token", mailbox.token("forgot@example.org", 3), "new_password", "quite another one");
        assertThat(anonymous.post("/auth/password-reset/confirm", reset).status())
                .isEqualTo(200);
        anonymous.post("/auth/password-reset/confirm", reset).assertProblem(422, "token-invalid", null);
        me(tokens).assertProblem(401, "unauthenticated", null);
        anonymous.as(personal).get("/auth/me").assertProblem(401, "unauthenticated", null);
        anonymous
                .post("/auth/refresh", Map.of("refresh_token", tokens.text("refresh_token")))
                .assertProblem(401, "refresh-token-invalid", null);
        assertThat(login("forgot@example.org", PASSWORD).status()).isEqualTo(401);
        assertThat(login("forgot@example.org", "quite another one").status()).isEqualTo(200);
    }

    @Test
    void anotherAddressCountsOnceItIsVerified() {
        ApiClient.Reply tokens = verified("old@example.org");
        ApiClient user = anonymous.as(tokens.text("access_token"));
        user.post("/auth/email", Map.of("email", "moved@example.org", "password", "not this one"))
                .assertProblem(403, "wrong-password", null);
        assertThat(user.post("/auth/email", Map.of("email", "moved@example.org", "password", PASSWORD))
                        .status())
                .isEqualTo(202);
        assertThat(mailbox.text("old@example.org", 2)).contains("has requested another e-mail address");
        String token = mailbox.token("moved@example.org", 1);
        assertThat(user.get("/auth/me").text("email")).isEqualTo("old@example.org");
        assertThat(verify(token, PASSWORD).status()).isEqualTo(200);
        assertThat(user.get("/auth/me").text("email")).isEqualTo("moved@example.org");
    }

    private ApiClient.Reply verified(String email) {
        register(email, PASSWORD);
        verify(mailbox.token(email, 1), PASSWORD);
        return login(email, PASSWORD);
    }

    private ApiClient.Reply register(String email, String password) {
        ApiClient.Reply reply = anonymous.post(
                "/auth/register", Map.of("email", email, "password", password, "first_name", "Ada", "last_name", "L"));
        assertThat(reply.status()).as(reply.text()).isEqualTo(202);
        return reply;
    }

    private ApiClient.Reply verify(String token, String password) {
        return anonymous.post("/auth/verify-email", Map.of("token", token, "password", password));
    }

    private ApiClient.Reply login(String email, String password) {
        return anonymous.post("/auth/login", Map.of("email", email, "password", password));
    }

    private ApiClient.Reply me(ApiClient.Reply tokens) {
        return anonymous.as(tokens.text("access_token")).get("/auth/me");
    }
}
