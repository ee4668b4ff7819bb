package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tests what one account may send to strangers and create in a day, where mail leaves the machine. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InvitationLimitsIT {

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
                        "none",
                        "arketic.security.require-verification",
                        false,
                        "arketic.limit.invitations",
                        4,
                        "arketic.limit.organizations",
                        2));
        anonymous = api.client();
    }

    @AfterAll
    void stop() {
        api.close();
        mailbox.close();
    }

    @Test
    void onlyAConfirmedAddressWritesToOthersAndOnlySoOften() {
        ApiClient ada = anonymous.user("ada@example.org");
        String first = organization(ada, "Win a prize at evil.example/now <b>!</b>");
        invite(ada, first, "guest0@example.org").assertProblem(403, "email-unverified", null);
        String token = mailbox.token("ada@example.org", 1);
        assertThat(anonymous
                        .post("/auth/verify-email", Map.of("token", token, "password", PASSWORD))
                        .status())
                .isEqualTo(200);

        String second = organization(ada, "Second");
        for (int guest = 1; guest <= 4; guest++) {
            ApiClient.Reply made = invite(ada, guest % 2 == 0 ? first : second, "guest" + guest + "@example.org");
            assertThat(made.status()).as(made.text()).isEqualTo(201);
        }
        ApiClient.Reply refused = invite(ada, first, "guest5@example.org");
        refused.assertProblem(429, "too-many-requests", null);
        assertThat(Long.parseLong(refused.header("Retry-After"))).isBetween(3600L, 86_400L);
        assertThat(mailbox.text("guest2@example.org", 1))
                .contains("ada@example.org invites you")
                .contains("“Win a prize at evil example now b b”")
                .contains("Token: ")
                .doesNotContain("evil.example");
    }

    /** Own mistakes cost nothing, and one sender does not use up what others may send to an address. */
    @Test
    void anAddressIsInvitedByOthersAfterOneHasInvitedItOften() {
        ApiClient bob = verified("bob@example.org");
        String first = organization(bob, "Of Bob");
        for (int mistake = 0; mistake < 6; mistake++) {
            invite(bob, first, "bob@example.org").assertProblem(409, "already-member", null);
        }
        for (int time = 0; time < 4; time++) {
            assertThat(invite(bob, first, "wanted@example.org").status()).isEqualTo(201);
        }
        ApiClient eve = verified("eve@example.org");
        String second = organization(eve, "Of Eve");
        for (int time = 0; time < 4; time++) {
            assertThat(invite(eve, second, "wanted@example.org").status()).isEqualTo(201);
        }
        invite(eve, second, "wanted@example.org").assertProblem(429, "too-many-requests", null);
    }

    private ApiClient verified(String email) {
        ApiClient user = anonymous.user(email);
        String token = mailbox.token(email, 1);
        assertThat(anonymous
                        .post("/auth/verify-email", Map.of("token", token, "password", PASSWORD))
                        .status())
                .isEqualTo(200);
        return user;
    }

    @Test
    void anAccountMakesSoManyOrganizationsInADay() {
        ApiClient grace = anonymous.user("grace@example.org");
        organization(grace, "Taken");
        grace.post("/organizations", Map.of("name", "Taken")).assertProblem(409, "slug-taken", "slug");
        organization(grace, "Second of Grace");
        grace.post("/organizations", Map.of("name", "Third of Grace")).assertProblem(429, "too-many-requests", null);
        organization(anonymous.user("another@example.org"), "Of another");
    }

    @Test
    void oneAddressIsOneAccountAndOneInvitation() {
        anonymous.user("x@münchen.example");
        for (String spelling : new String[] {
            "X@xn--mnchen-3ya.EXAMPLE", "x@mu\u0308nchen.example", "x@MÜNCHEN.example", "x@münchen。example"
        }) {
            anonymous
                    .post(
                            "/auth/register",
                            Map.of("email", spelling, "password", PASSWORD, "first_name", "X", "last_name", "Y"))
                    .assertProblem(409, "email-taken", "email");
            ApiClient.Reply login = anonymous.post("/auth/login", Map.of("email", spelling, "password", PASSWORD));
            assertThat(login.status()).as(spelling).isEqualTo(200);
            assertThat(anonymous.as(login.text("access_token")).get("/auth/me").text("email"))
                    .isEqualTo("x@xn--mnchen-3ya.example");
        }
        assertThat(mailbox.text("x@xn--mnchen-3ya.example", 1)).contains("Token: ");
        for (String none : new String[] {"x@-münchen-.example", "x@a\u200db.example", "x@אa.example", "x@"}) {
            anonymous
                    .post(
                            "/auth/register",
                            Map.of("email", none, "password", PASSWORD, "first_name", "X", "last_name", "Y"))
                    .assertProblem(422, "invalid-input", "email");
        }
    }

    private static String organization(ApiClient by, String name) {
        ApiClient.Reply made = by.post("/organizations", Map.of("name", name));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return made.text("id");
    }

    private static ApiClient.Reply invite(ApiClient by, String organization, String email) {
        return by.post("/organizations/" + organization + "/invitations", Map.of("email", email, "role", "member"));
    }
}
