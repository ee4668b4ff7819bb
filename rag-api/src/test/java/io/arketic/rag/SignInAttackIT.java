package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.SignInWorld.Company;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;

/** Attacks the sign-in through OpenID Connect providers. A failure leads to the sign-in page and opens no session. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SignInAttackIT {

    private static final String DEPLOYMENT = SignInWorld.DEPLOYMENT;

    private final SignInWorld world = SignInWorld.shared();

    @AfterEach
    void mend() {
        world.provider.fault(token -> {});
    }

    @Test
    void aTokenIsValidForThisSignInOnly() {
        refused("token-invalid", token -> token.issuer("https://elsewhere.example"));
        refused("token-invalid", token -> token.audience(List.of("another")));
        refused("token-invalid", token -> token.claim("nonce", "of another sign-in"));
        refused("token-invalid", token -> token.claims(claims -> claims.remove("nonce")));
        refused("token-invalid", token -> token.claim("azp", "another"));
        Instant past = Instant.now().minus(Duration.ofMinutes(10));
        refused("token-invalid", token -> token.issuedAt(past.minusSeconds(60)).expiresAt(past));
        refused("token-invalid", token -> token.issuedAt(Instant.now().plus(Duration.ofMinutes(10))));
    }

    @Test
    void clocksMayDifferByAMinute() {
        String name = user();
        world.provider.fault(token -> token.issuedAt(Instant.now().minusSeconds(60))
                .expiresAt(Instant.now().minusSeconds(20)));
        assertThat(world.browser().signIn(DEPLOYMENT, name)).isEqualTo("/o/acme");
        world.provider.fault(token -> token.issuedAt(Instant.now().plusSeconds(30)));
        assertThat(world.browser().signIn(DEPLOYMENT, name)).isEqualTo("/o/acme");
    }

    @Test
    void anotherKeyIsReadWhereATokenNamesIt() {
        String name = user();
        assertThat(world.browser().signIn(DEPLOYMENT, name)).isEqualTo("/o/acme");
        world.provider.rotate();
        assertThat(world.browser().signIn(DEPLOYMENT, name)).isEqualTo("/o/acme");
    }

    @Test
    void aCodeIsGoodOnceAndInItsBrowserOnly() {
        String name = user();
        SignInBrowser browser = world.browser();
        String callback = browser.consent(name, browser.begin(DEPLOYMENT));
        SignInBrowser stranger = world.browser();
        assertThat(SignInBrowser.problem(stranger.follow(callback))).isEqualTo("expired");
        stranger.begin(DEPLOYMENT);
        assertThat(SignInBrowser.problem(stranger.follow(callback)))
                .as("a login of the attacker's in the victim's browser")
                .isEqualTo("expired");
        assertThat(browser.follow(callback)).isEqualTo("/o/acme");
        browser.cookies.remove("arketic_refresh");
        assertThat(SignInBrowser.problem(browser.follow(callback))).isEqualTo("provider-refused");
        assertThat(browser.hasSession()).isFalse();
    }

    @Test
    void twoTabsSignInAtOnce() {
        String name = user();
        SignInBrowser browser = world.browser();
        String one = browser.consent(name, browser.begin(DEPLOYMENT, "/one"));
        String two = browser.consent(name, browser.begin(DEPLOYMENT, "/two"));
        assertThat(browser.follow(one)).isEqualTo("/one");
        assertThat(browser.follow(two)).isEqualTo("/two");
    }

    @Test
    void anAnswerOfAnotherProviderIsRefused() {
        Company company = world.company(Map.of("default_role", "member"));
        String name = SignInIT.unique();
        world.provider.user(name, Map.of("email", company.address(name), "email_verified", true));
        SignInBrowser browser = world.browser();
        String callback = browser.consent(name, browser.begin(DEPLOYMENT));
        assertThat(SignInBrowser.problem(
                        browser.follow(callback.replace("/" + DEPLOYMENT + "/", "/" + company.providerId() + "/"))))
                .isEqualTo("expired");
        assertThat(SignInBrowser.problem(browser.follow(callback + "&iss=https://evil.example")))
                .isEqualTo("token-invalid");
        assertThat(SignInBrowser.problem(browser.follow(callback.replaceAll("state=.", "state=!"))))
                .isEqualTo("expired");
        assertThat(SignInBrowser.problem(browser.follow(callback.replaceAll("code=[^&]*", "error=access_denied"))))
                .isEqualTo("provider-refused");
        assertThat(browser.hasSession()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//evil.example",
                "https://evil.example",
                "/%5Cevil.example%0d%0aX:1",
                "javascript:alert(1)",
                "%2F%2Fevil.example",
                "/%2F/evil.example",
                "%2F%5Cevil.example",
                "/a%0d%0aSet-Cookie:a=b"
            })
    void theWayBackStaysHere(String target) {
        var answer = world.browser()
                .get(world.api.client().address() + "/api/v1/auth/sign-in/" + DEPLOYMENT + "?return_to=" + target);
        if (answer.statusCode() == 302) {
            String name = user();
            SignInBrowser browser = world.browser();
            String shown = browser.follow(browser.consent(name, browser.begin(DEPLOYMENT, target)));
            assertThat(URI.create(world.api.client().address()).resolve(shown).getHost())
                    .isEqualTo("127.0.0.1");
            assertThat(shown).startsWith("/").doesNotStartWith("//").doesNotContain("\\", "\r", "\n");
        } else {
            assertThat(answer.statusCode()).isEqualTo(422);
        }
    }

    @Test
    void anAddressThatIsNotVerifiedOpensNoAccount() {
        String email = SignInIT.unique() + "@example.org";
        world.api.client().user(email);
        for (Map<String, Object> said : List.<Map<String, Object>>of(
                Map.of("email", email, "email_verified", false),
                Map.of("email", email),
                Map.of("email", email, "email_verified", "false"),
                Map.of("preferred_username", email, "name", email, "email_verified", true),
                Map.of("email", email + "\n@evil.example", "email_verified", true))) {
            String name = SignInIT.unique();
            world.provider.user(name, said);
            SignInBrowser browser = world.browser();
            assertThat(SignInBrowser.problem(browser.signIn(DEPLOYMENT, name)))
                    .as(said.toString())
                    .isEqualTo("address-unverified");
            assertThat(browser.hasSession()).isFalse();
        }
    }

    @Test
    void anOrganizationsProviderOpensNoAccountOfAnotherDomain() {
        Company company = world.company(Map.of("default_role", "admin", "addresses_verified", true));
        String victim = "victim-" + SignInIT.unique() + "@example.org";
        world.api.client().user(victim);
        for (String email : List.of(victim, "a@sub." + company.domain(), "a@x" + company.domain())) {
            String name = SignInIT.unique();
            world.provider.user(name, Map.of("email", email, "email_verified", true));
            assertThat(SignInBrowser.problem(world.browser().signIn(company.providerId(), name)))
                    .as(email)
                    .isEqualTo("address-of-others");
        }
        // The account keeps its link and gets another address.
        String name = SignInIT.unique();
        world.provider.user(name, Map.of("email", company.address(name)));
        SignInBrowser browser = world.browser();
        assertThat(browser.signIn(company.providerId(), name)).isEqualTo("/o/acme");
        world.api.execute("update users set email = 'moved-" + name + "@example.org' where email = '"
                + company.address(name) + "'");
        assertThat(SignInBrowser.problem(world.browser().signIn(company.providerId(), name)))
                .isEqualTo("address-of-others");
    }

    @Test
    void aDomainBelongsToOneOrganizationAndNeedsItsRecord() {
        Company company = world.company(Map.of());
        ApiClient thief = world.api.client().user(SignInIT.unique() + "@example.org");
        String path = "/organizations/"
                + thief.post("/organizations", Map.of("name", "Thief " + SignInIT.unique()))
                        .text("id");
        ApiClient.Reply added = thief.post(path + "/domains", Map.of("domain", company.domain()));
        String verify = path + "/domains/" + added.text("id") + "/verify";
        thief.post(verify, "").assertProblem(409, "conflict", null);
        world.names.publish(added.text("record_name"), added.text("record_value"));
        thief.post(verify, "").assertProblem(409, "conflict", null);
        String provider = world.configure(thief, path, Map.of());
        assertThat(world.browser()
                        .get(world.api.client().address() + "/api/v1/auth/sign-in/" + provider)
                        .statusCode())
                .as("it has no verified domain")
                .isEqualTo(404);
        for (String domain : List.of("localhost", "a b.example", "*.example.org", "-a.example", "1.2.3.4", "")) {
            assertThat(thief.post(path + "/domains", Map.of("domain", domain)).status())
                    .as(domain)
                    .isEqualTo(422);
        }
    }

    @Test
    void aStrangerThatRegisteredTheAddressFirstIsLockedOut() {
        String name = SignInIT.unique();
        String email = name + "@example.org";
        ApiClient stranger = world.api.client().user(email);
        String id = stranger.get("/auth/me").text("id");
        String organization =
                stranger.post("/organizations", Map.of("name", "Trap " + name)).text("id");
        stranger.patch(
                "/organizations/" + organization + "/settings", Map.of("enable_api_access", true), "If-Match", "*");
        String key = stranger.post(
                        "/organizations/" + organization + "/api-keys",
                        Map.of("name", "trap", "scopes", List.of("read")))
                .text("key");
        world.provider.user(name, Map.of("email", email, "email_verified", true));
        SignInBrowser browser = world.browser();
        assertThat(browser.signIn(DEPLOYMENT, name)).isEqualTo("/o/acme");
        assertThat(browser.session().get("/auth/me").text("id")).isEqualTo(id);
        stranger.get("/auth/me").assertProblem(401, "unauthenticated", null);
        world.api
                .client()
                .post("/auth/login", Map.of("email", email, "password", "a good password"))
                .assertProblem(401, "bad-credentials", null);
        assertThat(world.api
                        .client()
                        .as(key)
                        .get("/organizations/" + organization)
                        .status())
                .isEqualTo(401);
    }

    @Test
    void aSuspendedAccountStaysOut() {
        String name = user();
        world.browser().signIn(DEPLOYMENT, name);
        world.api.execute("update users set status = 'suspended' where email = '" + name + "@example.org'");
        assertThat(SignInBrowser.problem(world.browser().signIn(DEPLOYMENT, name)))
                .isEqualTo("account-unusable");
    }

    @Test
    void aProviderThatIsDownOrAnswersNonsenseIsToldAndOpensNothing() {
        SignInBrowser browser = world.browser();
        assertThat(SignInBrowser.problem(browser.begin("closed"))).isEqualTo("provider-unavailable");
        String begun = world.browser().begin("broken");
        assertThat(begun)
                .startsWith(world.broken.issuer() + "/authorize?")
                .contains("code_challenge_method=S256", "nonce=");
        Map<String, BrokenProvider.Answer> answers = Map.of(
                "garbage", exchange -> BrokenProvider.json(exchange, 200, "<html>"),
                "no token",
                        exchange -> BrokenProvider.json(
                                exchange, 200, "{\"access_token\": \"a\", \"token_type\": \"Bearer\"}"),
                "no text", exchange -> BrokenProvider.json(exchange, 200, token("[1]")),
                "unsigned",
                        exchange ->
                                BrokenProvider.json(exchange, 200, token("\"eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.\"")),
                "10 MB", exchange -> BrokenProvider.json(exchange, 200, token("\"" + "a".repeat(10 << 20) + "\"")),
                "failure", exchange -> BrokenProvider.json(exchange, 500, "{}"),
                "redirect",
                        exchange -> {
                            exchange.getResponseHeaders().set("Location", world.broken.issuer() + "/token");
                            exchange.sendResponseHeaders(307, -1);
                        },
                "nothing", exchange -> exchange.close());
        answers.forEach((what, answer) -> {
            world.broken.token(answer);
            SignInBrowser victim = world.browser();
            String state = victim.begin("broken").replaceAll(".*[?&]state=([^&]*).*", "$1");
            assertThat(SignInBrowser.problem(victim.follow(world.callback("broken") + "?code=c&state=" + state)))
                    .as(what)
                    .isIn("provider-unavailable", "token-invalid", "provider-refused");
            assertThat(victim.hasSession()).isFalse();
        });
    }

    @Test
    void aConfigurationOfAnotherIssuerOrWithOtherAddressesIsRefused() {
        for (String metadata : List.of(
                world.broken.metadata("https://evil.example"),
                world.broken
                        .metadata(world.broken.issuer())
                        .replace("/token\"", "/token\"")
                        .replace("http://127.0.0.1", "ftp://127.0.0.1"),
                "[]",
                "{",
                "{\"issuer\": \"" + world.broken.issuer() + "\"}")) {
            Company company = world.company(Map.of("issuer", world.broken.issuer()));
            world.broken.configuration(exchange -> BrokenProvider.json(exchange, 200, metadata));
            try {
                assertThat(SignInBrowser.problem(world.browser().begin(company.providerId())))
                        .as(metadata)
                        .isEqualTo("provider-unavailable");
            } finally {
                world.broken.configuration(
                        exchange -> BrokenProvider.json(exchange, 200, world.broken.metadata(world.broken.issuer())));
            }
        }
    }

    @Test
    void aSlowProviderDelaysItsOwnSignInsOnly() throws IOException {
        CountDownLatch released = new CountDownLatch(1);
        world.broken.token(exchange -> {
            try {
                released.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
        try {
            SignInBrowser victim = world.browser();
            String state = victim.begin("broken").replaceAll(".*[?&]state=([^&]*).*", "$1");
            assertThat(SignInBrowser.problem(victim.follow(world.callback("broken") + "?code=c&state=" + state)))
                    .isIn("provider-unavailable", "provider-refused");
            assertThat(world.browser().signIn(DEPLOYMENT, user())).isEqualTo("/o/acme");
        } finally {
            released.countDown();
        }
    }

    private void refused(String problem, Consumer<JwtClaimsSet.Builder> fault) {
        String name = user();
        world.provider.fault(fault);
        SignInBrowser browser = world.browser();
        assertThat(SignInBrowser.problem(browser.signIn(DEPLOYMENT, name))).isEqualTo(problem);
        assertThat(browser.hasSession()).isFalse();
        world.provider.fault(token -> {});
    }

    private String user() {
        String name = SignInIT.unique();
        world.provider.user(name, Map.of("email", name + "@example.org", "email_verified", true));
        return name;
    }

    private static String token(String idToken) {
        return "{\"access_token\": \"a\", \"token_type\": \"Bearer\", \"id_token\": " + idToken + "}";
    }
}
