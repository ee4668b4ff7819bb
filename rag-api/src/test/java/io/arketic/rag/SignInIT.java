package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import com.eatthepath.otp.TimeBasedOneTimePasswordGenerator;
import io.arketic.rag.SignInWorld.Company;
import java.security.InvalidKeyException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.util.encoders.Base32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tests the sign-in through OpenID Connect providers, against Spring Authorization Server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SignInIT {

    private final SignInWorld world = SignInWorld.shared();
    private final ApiClient anonymous = world.api.client();

    @Test
    void aUserSignsInThroughTheDeploymentsProviderAgainAndAgain() {
        String name = unique();
        world.provider.user(
                name,
                Map.of(
                        "email",
                        name.toUpperCase(java.util.Locale.ROOT) + "@example.org",
                        "email_verified",
                        true,
                        "given_name",
                        "Ada",
                        "family_name",
                        "Lovelace"));
        SignInBrowser browser = world.browser();
        assertThat(browser.signIn(SignInWorld.DEPLOYMENT, name)).isEqualTo("/o/acme");
        ApiClient.Reply me = browser.session().get("/auth/me");
        assertThat(me.text("email")).isEqualTo(name + "@example.org");
        assertThat(me.text("first_name")).isEqualTo("Ada");
        assertThat(me.body().path("is_verified").asBoolean()).isTrue();

        SignInBrowser again = world.browser();
        again.signIn(SignInWorld.DEPLOYMENT, name);
        assertThat(again.session().get("/auth/me").text("id")).isEqualTo(me.text("id"));
    }

    @Test
    void anAccountIsLinkedByItsVerifiedAddressAndThenByTheProvidersName() {
        String name = unique();
        String email = name + "@example.org";
        ApiClient user = anonymous.user(email);
        world.api.execute("update users set is_verified = true where email = '" + email + "'");
        world.provider.user(name, Map.of("email", email, "email_verified", true));
        SignInBrowser browser = world.browser();
        browser.signIn(SignInWorld.DEPLOYMENT, name);
        String id = user.get("/auth/me").text("id");
        assertThat(browser.session().get("/auth/me").text("id")).isEqualTo(id);

        // Its address changes hands at the provider, and another user gets it.
        world.provider.user(name, Map.of("email", "renamed-" + email, "email_verified", true));
        SignInBrowser renamed = world.browser();
        renamed.signIn(SignInWorld.DEPLOYMENT, name);
        assertThat(renamed.session().get("/auth/me").text("id")).isEqualTo(id);
        String heir = unique();
        world.provider.user(heir, Map.of("email", email, "email_verified", true));
        assertThat(SignInBrowser.problem(world.browser().signIn(SignInWorld.DEPLOYMENT, heir)))
                .isEqualTo("address-occupied");
    }

    @Test
    void theProviderOfADomainIsOfferedForItsAddresses() {
        Company company = world.company(Map.of());
        assertThat(anonymous
                        .get("/auth/sign-in?email=Someone@" + company.domain())
                        .body()
                        .path("items")
                        .findValuesAsString("id"))
                .startsWith(company.providerId())
                .contains(SignInWorld.DEPLOYMENT);
        assertThat(anonymous
                        .get("/auth/sign-in?email=someone@other.example")
                        .body()
                        .path("items")
                        .findValuesAsString("id"))
                .doesNotContain(company.providerId());
    }

    @Test
    void claimsGiveRoleAndGroupsAndTakeThemAway() {
        Company company = world.company(Map.of());
        String engineers = company.owner()
                .post(company.path() + "/groups", Map.of("name", "Engineers"))
                .text("id");
        String byHand = company.owner()
                .post(company.path() + "/groups", Map.of("name", "By hand"))
                .text("id");
        world.configure(
                company.owner(),
                company.path(),
                Map.of(
                        "role_claim",
                        "realm_access.roles",
                        "role_mappings",
                        List.of(Map.of("value", "bosses", "role", "admin"), Map.of("value", "staff", "role", "member")),
                        "group_claim",
                        "groups",
                        "group_mappings",
                        List.of(Map.of("value", "eng", "group_id", engineers))));
        String name = unique();
        says(company, name, List.of("staff", "bosses"), List.of("eng", "unknown"));
        SignInBrowser browser = world.browser();
        assertThat(browser.signIn(company.providerId(), name)).isEqualTo("/o/acme");
        String id = browser.session().get("/auth/me").text("id");
        assertThat(role(company, id)).isEqualTo("admin");
        assertThat(members(company, engineers)).contains(id);
        company.owner().put("/groups/" + byHand + "/members", Map.of("user_ids", List.of(id)), "If-Match", "*");

        says(company, name, List.of("staff"), List.of());
        world.browser().signIn(company.providerId(), name);
        assertThat(role(company, id)).isEqualTo("member");
        assertThat(members(company, engineers)).doesNotContain(id);
        assertThat(members(company, byHand)).contains(id);

        says(company, name, List.of(), List.of("eng"));
        assertThat(SignInBrowser.problem(world.browser().signIn(company.providerId(), name)))
                .isEqualTo("no-membership");
        assertThat(role(company, id)).isEqualTo("none");
        assertThat(browser.post("/auth/browser-session/refresh", "").body())
                .as("the session of the provider ends with the membership")
                .contains("refresh-token-invalid");

        says(company, name, List.of("staff"), List.of());
        assertThat(world.browser().signIn(company.providerId(), name)).isEqualTo("/o/acme");
        assertThat(role(company, id)).isEqualTo("member");

        String member = member(company, id);
        assertThat(company.owner().delete(company.path() + "/members/" + member).status())
                .isEqualTo(204);
        assertThat(SignInBrowser.problem(world.browser().signIn(company.providerId(), name)))
                .as("an admin's removal holds")
                .isEqualTo("no-membership");
    }

    @Test
    void anOwnerStaysAnOwnerWhateverTheClaimsSay() {
        Company company = world.company(Map.of("default_role", "viewer", "role_claim", "roles"));
        String name = unique();
        world.provider.user(name, Map.of("email", company.address(name), "email_verified", true));
        SignInBrowser browser = world.browser();
        browser.signIn(company.providerId(), name);
        String id = browser.session().get("/auth/me").text("id");
        assertThat(role(company, id)).isEqualTo("viewer");
        world.api.execute("update organization_members set role = 'owner' where user_id = '" + id + "'");
        world.browser().signIn(company.providerId(), name);
        assertThat(role(company, id)).isEqualTo("owner");
    }

    @Test
    void passwordsAreSwitchedOffForMembersAndNotForOwners() {
        Company company = world.company(Map.of("default_role", "member"));
        String name = unique();
        world.provider.user(name, Map.of("email", company.address(name), "email_verified", true));
        SignInBrowser browser = world.browser();
        browser.signIn(company.providerId(), name);
        String id = browser.session().get("/auth/me").text("id");
        ApiClient guest = anonymous.user(unique() + "@example.org");
        world.api.execute("insert into organization_members (organization_id, user_id, role) values ('"
                + company.path().substring("/organizations/".length()) + "', '"
                + guest.get("/auth/me").text("id") + "', 'member')");
        assertThat(guest.get(company.path()).status()).isEqualTo(200);

        world.configure(company.owner(), company.path(), Map.of("default_role", "member", "password_sign_in", false));
        guest.get(company.path()).assertProblem(403, "sign-in-required", null);
        assertThat(browser.session().get(company.path()).status()).isEqualTo(200);
        assertThat(company.owner().get(company.path()).status()).isEqualTo(200);
        assertThat(role(company, id)).isEqualTo("member");
    }

    @Test
    void theProvidersSecondFactorCountsWhereTheOrganizationTrustsIt() {
        Company company = world.company(Map.of("default_role", "member"));
        world.api.execute("update organization_settings set require_2fa = true where organization_id = '"
                + company.path().substring("/organizations/".length()) + "'");
        String name = unique();
        world.provider.user(
                name, Map.of("email", company.address(name), "email_verified", true, "amr", List.of("pwd", "mfa")));
        SignInBrowser untrusted = world.browser();
        untrusted.signIn(company.providerId(), name);
        untrusted.session().get(company.path()).assertProblem(403, "second-factor-required", null);

        world.api.execute("update organization_settings set require_2fa = false");
        world.configure(
                company.owner(),
                company.path(),
                Map.of("default_role", "member", "second_factor_values", List.of("mfa")));
        world.api.execute("update organization_settings set require_2fa = true where organization_id = '"
                + company.path().substring("/organizations/".length()) + "'");
        SignInBrowser trusted = world.browser();
        trusted.signIn(company.providerId(), name);
        assertThat(trusted.session().get(company.path()).status()).isEqualTo(200);
        world.provider.user(name, Map.of("email", company.address(name), "email_verified", true, "amr", "pwd"));
        SignInBrowser weaker = world.browser();
        weaker.signIn(company.providerId(), name);
        weaker.session().get(company.path()).assertProblem(403, "second-factor-required", null);
    }

    @Test
    void anAccountWithASecondFactorOfItsOwnShowsItsCode() {
        String name = unique();
        world.provider.user(name, Map.of("email", name + "@example.org", "email_verified", true));
        SignInBrowser first = world.browser();
        first.signIn(SignInWorld.DEPLOYMENT, name);
        String secret = Base32.toBase32String(new byte[20]);
        ApiClient user = first.session();
        String id = user.get("/auth/me").text("id");
        String encrypted = world.api
                .bean(io.arketic.schema.encryption.ColumnEncryption.class)
                .encrypt(secret, "users.two_factor_secret", UUID.fromString(id));
        world.api.execute("update users set two_factor_enabled = true, two_factor_secret = '" + encrypted
                + "' where id = '" + id + "'");

        SignInBrowser browser = world.browser();
        assertThat(browser.signIn(SignInWorld.DEPLOYMENT, name)).isEqualTo("/sign-in?step=two-factor");
        assertThat(browser.hasSession()).isFalse();
        assertThat(browser.post("/auth/browser-session/two-factor", "{\"two_factor_code\": \"000000\"}")
                        .statusCode())
                .isEqualTo(401);
        var opened =
                browser.post("/auth/browser-session/two-factor", "{\"two_factor_code\": \"" + code(secret) + "\"}");
        assertThat(SignInBrowser.json(opened).path("return_to").asString()).isEqualTo("/o/acme");
        assertThat(browser.session().get("/auth/me").text("id")).isEqualTo(id);
    }

    @Test
    void aLogoutAtTheProviderEndsTheSessionsHereAndARepeatedOneNoLaterSession() {
        String name = unique();
        world.provider.user(name, Map.of("email", name + "@example.org", "email_verified", true, "sid", "one"));
        SignInBrowser one = world.browser();
        one.signIn(SignInWorld.DEPLOYMENT, name);
        ApiClient first = one.session();
        world.provider.user(name, Map.of("email", name + "@example.org", "email_verified", true, "sid", "two"));
        SignInBrowser two = world.browser();
        two.signIn(SignInWorld.DEPLOYMENT, name);
        ApiClient second = two.session();

        String ofOne = world.provider.logoutToken(token -> token.subject(name).claim("sid", "one"));
        assertThat(report(ofOne)).isEqualTo(204);
        first.get("/auth/me").assertProblem(401, "unauthenticated", null);
        assertThat(second.get("/auth/me").status()).isEqualTo(200);

        Instant past = Instant.now().minus(Duration.ofMinutes(1));
        String earlier = world.provider.logoutToken(token -> token.subject(name).issuedAt(past));
        assertThat(report(earlier)).isEqualTo(204);
        assertThat(second.get("/auth/me").status())
                .as("it began after the report")
                .isEqualTo(200);
        assertThat(report(world.provider.logoutToken(token -> token.subject(name))))
                .isEqualTo(204);
        second.get("/auth/me").assertProblem(401, "unauthenticated", null);

        assertThat(report("nonsense")).isEqualTo(400);
        assertThat(report(
                        world.provider.logoutToken(token -> token.subject(name).claim("nonce", "n"))))
                .isEqualTo(400);
        assertThat(report(
                        world.provider.logoutToken(token -> token.subject(name).audience(List.of("other")))))
                .isEqualTo(400);
        assertThat(report(world.provider.logoutToken(token -> token))).isEqualTo(400);
    }

    @Test
    void removingTheProviderOrUnlinkingAnAccountEndsItsSessions() {
        Company company = world.company(Map.of("default_role", "member"));
        String name = unique();
        world.provider.user(name, Map.of("email", company.address(name), "email_verified", true));
        SignInBrowser browser = world.browser();
        browser.signIn(company.providerId(), name);
        ApiClient user = browser.session();
        String id = user.get("/auth/me").text("id");
        String heir = unique();
        world.provider.user(heir, Map.of("email", company.address(name), "email_verified", true));
        assertThat(SignInBrowser.problem(world.browser().signIn(company.providerId(), heir)))
                .isEqualTo("address-occupied");
        assertThat(company.owner()
                        .delete(company.path() + "/members/" + member(company, id) + "/identity")
                        .status())
                .isEqualTo(204);
        user.get("/auth/me").assertProblem(401, "unauthenticated", null);
        SignInBrowser successor = world.browser();
        assertThat(successor.signIn(company.providerId(), heir)).isEqualTo("/o/acme");
        ApiClient next = successor.session();

        assertThat(company.owner().delete(company.path() + "/identity-provider").status())
                .isEqualTo(204);
        next.get("/auth/me").assertProblem(401, "unauthenticated", null);
        assertThat(world.browser()
                        .get(anonymous.address() + "/api/v1/auth/sign-in/" + company.providerId())
                        .statusCode())
                .isEqualTo(404);
    }

    private int report(String token) {
        var request = java.net.http.HttpRequest.newBuilder(java.net.URI.create(
                        anonymous.address() + "/api/v1/auth/sign-in/" + SignInWorld.DEPLOYMENT + "/logout"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString("logout_token=" + token));
        return SignInBrowser.send(request).statusCode();
    }

    private void says(Company company, String name, List<String> roles, List<String> groups) {
        world.provider.user(
                name,
                Map.of(
                        "email",
                        company.address(name),
                        "email_verified",
                        true,
                        "realm_access",
                        Map.of("roles", roles),
                        "groups",
                        groups));
    }

    private static String role(Company company, String userId) {
        return company.owner()
                .get(company.path() + "/members")
                .body()
                .path("items")
                .valueStream()
                .filter(member -> member.path("user_id").asString().equals(userId))
                .map(member -> member.path("role").asString())
                .findFirst()
                .orElse("none");
    }

    private static String member(Company company, String userId) {
        return company.owner()
                .get(company.path() + "/members")
                .body()
                .path("items")
                .valueStream()
                .filter(member -> member.path("user_id").asString().equals(userId))
                .map(member -> member.path("id").asString())
                .findFirst()
                .orElseThrow();
    }

    private static List<String> members(Company company, String group) {
        return company.owner()
                .get("/groups/" + group + "/members")
                .body()
                .path("items")
                .findValuesAsString("user_id");
    }

    static String unique() {
        return "u" + UUID.randomUUID().toString().substring(0, 13);
    }

    private static String code(String secret) {
        try {
            return new TimeBasedOneTimePasswordGenerator()
                    .generateOneTimePasswordString(new SecretKeySpec(Base32.decode(secret), "HmacSHA1"), Instant.now());
        } catch (InvalidKeyException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
