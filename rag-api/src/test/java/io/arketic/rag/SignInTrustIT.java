package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.arketic.rag.SignInWorld.Company;
import io.arketic.rag.account.ProviderAccounts;
import io.arketic.rag.deployment.Transactions;
import io.arketic.schema.tenancy.TenantContext;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.dao.OptimisticLockingFailureException;

/** Tests what a provider may open: an organization's less than the deployment's, and none of them a protected account. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SignInTrustIT {

    private static final String DEPLOYMENT = SignInWorld.DEPLOYMENT;

    private final SignInWorld world = SignInWorld.shared();

    @Test
    void anOrganizationsProviderOpensNoAccountWithARoleInThePlatform() {
        Company company = world.company(Map.of("default_role", "member"));
        for (String role : List.of("admin", "super_admin")) {
            String name = SignInIT.unique();
            ApiClient admin = account(company, name);
            join(company, admin);
            world.api.execute("update users set role = '" + role + "' where email = '" + company.address(name) + "'");
            SignInBrowser browser = world.browser();
            assertThat(SignInBrowser.problem(browser.signIn(company.providerId(), name)))
                    .isEqualTo("account-privileged");
            assertThat(browser.hasSession()).isFalse();
        }
    }

    @Test
    void aSessionOfAnOrganizationsProviderHasNoRoleInThePlatform() {
        Company company = world.company(Map.of("default_role", "member"));
        String name = SignInIT.unique();
        world.provider.user(name, Map.of("email", company.address(name), "email_verified", true));
        SignInBrowser browser = world.browser();
        browser.signIn(company.providerId(), name);
        ApiClient user = browser.session();
        world.api.execute("update users set role = 'super_admin' where email = '" + company.address(name) + "'");
        user.get("/users").assertProblem(403, "forbidden", null);
        assertThat(user.get(company.path()).status()).isEqualTo(200);
        assertThat(SignInBrowser.problem(world.browser().signIn(company.providerId(), name)))
                .as("a linked account, too")
                .isEqualTo("account-privileged");
    }

    @Test
    void anOrganizationsProviderOpensPresentAccountsOfMembersOnlyAndNoOtherOrganization() {
        Company company = world.company(Map.of("default_role", "admin"));
        String name = SignInIT.unique();
        ApiClient victim = account(company, name);
        String elsewhere = "/organizations/"
                + victim.post("/organizations", Map.of("name", "Elsewhere " + name))
                        .text("id");
        String chats = elsewhere + "/chats";
        String chat = victim.post(chats, Map.of("title", "Secret")).text("id");
        assertThat(SignInBrowser.problem(world.browser().signIn(company.providerId(), name)))
                .isEqualTo("not-a-member");

        join(company, victim);
        SignInBrowser browser = world.browser();
        assertThat(browser.signIn(company.providerId(), name)).isEqualTo("/o/acme");
        ApiClient session = browser.session();
        assertThat(session.get("/auth/me").text("id"))
                .isEqualTo(victim.get("/auth/me").text("id"));
        assertThat(session.get(company.path()).status()).isEqualTo(200);
        assertThat(session.get("/organizations").text())
                .contains(company.path().substring("/organizations/".length()))
                .doesNotContain("Elsewhere");
        assertThat(victim.get("/organizations").text()).contains("Elsewhere");
        String id = victim.get("/auth/me").text("id");
        world.api.execute("insert into notifications (organization_id, user_id, kind, occasion, content) values ('"
                + elsewhere.substring("/organizations/".length()) + "', '" + id
                + "', 'mention', 'x', '{\"at\": \"Elsewhere\"}')");
        assertThat(session.get("/notifications").text()).doesNotContain("Elsewhere");
        assertThat(session.get("/notifications/unread").text()).doesNotContain("Elsewhere");
        assertThat(session.post("/notifications/read", "").status()).isEqualTo(204);
        assertThat(victim.get("/notifications/unread").text()).contains("Elsewhere");
        session.get(elsewhere).assertProblem(403, "sign-in-required", null);
        session.get(chats).assertProblem(403, "sign-in-required", null);
        session.get("/chats/" + chat).assertProblem(403, "sign-in-required", null);
        session.get("/users/me/export").assertProblem(403, "sign-in-required", null);
        session.post("/users/me/provider-keys", Map.of("provider", "openai", "key", "sk-of-another-user"))
                .assertProblem(403, "sign-in-required", null);
        session.post("/organizations", Map.of("name", "Mine " + name)).assertProblem(403, "sign-in-required", null);
        assertThat(victim.get(elsewhere).status()).isEqualTo(200);

        ApiClient after = session.as(session.post(
                        "/auth/password",
                        Map.of("current_password", "a good password", "new_password", "staple under the bridge"))
                .text("access_token"));
        assertThat(after.get(company.path()).status()).isEqualTo(200);
        after.get(elsewhere).assertProblem(403, "sign-in-required", null);
    }

    @Test
    void anUnconfirmedAccountThatIsProtectedIsNotClaimed() {
        for (String protection :
                List.of("two_factor_enabled = true", "role = 'admin'", "role = 'super_admin'", "role = 'viewer'")) {
            String name = SignInIT.unique();
            String email = name + "@example.org";
            ApiClient owner = world.api.client().user(email);
            world.api.execute("update users set " + protection + " where email = '" + email + "'");
            world.provider.user(name, Map.of("email", email, "email_verified", true));
            assertThat(SignInBrowser.problem(world.browser().signIn(DEPLOYMENT, name)))
                    .as(protection)
                    .isEqualTo("address-unverified");
            assertThat(owner.get("/auth/me").status()).as(protection).isEqualTo(200);
        }
    }

    @Test
    void aClaimedAccountKeepsNoKeyCodeOrTokenOfTheStranger() {
        String name = SignInIT.unique();
        String email = name + "@example.org";
        String id = world.api.client().user(email).get("/auth/me").text("id");
        world.api.execute("insert into provider_keys (user_id, organization_id, provider, encrypted_key) values ('" + id
                + "', null, 'openai', 'x')");
        world.api.execute("insert into two_factor_recovery_codes (user_id, code_hash) values ('" + id + "', 'x')");
        for (String table : List.of("password_reset_tokens", "email_verification_tokens")) {
            boolean named = table.startsWith("email");
            world.api.execute("insert into " + table + " (user_id, token_hash, expires_at" + (named ? ", email" : "")
                    + ") values ('" + id + "', '" + name + "', now() + interval '1 hour'"
                    + (named ? ", '" + email + "'" : "") + ")");
        }
        world.provider.user(name, Map.of("email", email, "email_verified", true));
        assertThat(world.browser().signIn(DEPLOYMENT, name)).isEqualTo("/o/acme");
        for (String table : List.of(
                "provider_keys", "two_factor_recovery_codes", "password_reset_tokens", "email_verification_tokens")) {
            assertThat(world.api.count("select count(*) from " + table + " where user_id = '" + id + "'"))
                    .as(table)
                    .isZero();
        }
    }

    @Test
    void anAccountIsLinkedToOneUserOfAProvidersIssuer() {
        String name = SignInIT.unique();
        world.provider.user(name, Map.of("email", name + "@example.org", "email_verified", true));
        SignInBrowser browser = world.browser();
        browser.signIn(DEPLOYMENT, name);
        String id = browser.session().get("/auth/me").text("id");
        UUID user = UUID.fromString(id);
        ProviderAccounts accounts = world.api.bean(ProviderAccounts.class);
        assertThatExceptionOfType(OptimisticLockingFailureException.class)
                .isThrownBy(() -> world.api
                        .bean(Transactions.class)
                        .execute(
                                TenantContext.ofUser(user),
                                sql -> accounts.link(
                                        sql,
                                        user,
                                        new ProviderAccounts.Link(DEPLOYMENT, world.provider.issuer(), "another"))));

        world.api.execute("update user_identities set issuer = 'https://earlier.example' where user_id = '" + id + "'");
        SignInBrowser moved = world.browser();
        assertThat(moved.signIn(DEPLOYMENT, name)).isEqualTo("/o/acme");
        assertThat(moved.session().get("/auth/me").text("id")).isEqualTo(id);
        assertThat(world.api.count("select count(*) from user_identities where user_id = '" + id + "'"))
                .isEqualTo(1);
    }

    @Test
    void aSessionOfAProviderEndsThoughItIsUsed() {
        String name = SignInIT.unique();
        world.provider.user(name, Map.of("email", name + "@example.org", "email_verified", true));
        SignInBrowser browser = world.browser();
        browser.signIn(DEPLOYMENT, name);
        ApiClient user = browser.session();
        String own = " where user_id = '" + user.get("/auth/me").text("id") + "'";
        assertThat(world.api.count("select count(*) from user_sessions" + own
                        + " and ends_at between created_at + interval '11 hours' and created_at + interval '13 hours'"))
                .isEqualTo(1);
        world.api.execute("update user_sessions set ends_at = now()" + own);
        user.get("/auth/me").assertProblem(401, "unauthenticated", null);
        assertThat(browser.post("/auth/browser-session/refresh", "").statusCode())
                .isEqualTo(401);
    }

    @Test
    void passwordsStayOnWithoutADomainAndAProviderThatAnswers() {
        ApiClient owner = world.api.client().user("owner-" + SignInIT.unique() + "@example.org");
        String path = "/organizations/"
                + owner.post("/organizations", Map.of("name", "Without " + SignInIT.unique()))
                        .text("id");
        owner.put(path + "/identity-provider", configuration(world.provider.issuer(), false))
                .assertProblem(422, "invalid-input", "password_sign_in");

        Company company = world.company(Map.of());
        String configured = company.path() + "/identity-provider";
        company.owner()
                .put(configured, configuration("http://127.0.0.1:1", false))
                .assertProblem(422, "invalid-input", "password_sign_in");
        assertThat(company.owner()
                        .put(configured, configuration(world.provider.issuer(), false))
                        .status())
                .isEqualTo(200);
        String domain = company.path() + "/domains/"
                + company.owner()
                        .get(company.path() + "/domains")
                        .body()
                        .path("items")
                        .path(0)
                        .path("id")
                        .stringValue();
        company.owner().delete(domain).assertProblem(422, "invalid-input", null);
        company.owner().put(configured, configuration(world.provider.issuer(), true));
        assertThat(company.owner().delete(domain).status()).isEqualTo(204);
    }

    @Test
    void entrasOwnClaimDecidesWhereTheCommonOneIsMissing() {
        Company company = world.company(Map.of("default_role", "member"));
        String name = SignInIT.unique();
        world.provider.user(name, Map.of("email", company.address(name), "xms_edov", true));
        assertThat(world.browser().signIn(company.providerId(), name)).isEqualTo("/o/acme");
        world.configure(company.owner(), company.path(), Map.of("default_role", "member", "addresses_verified", true));
        String guest = SignInIT.unique();
        world.provider.user(guest, Map.of("email", company.address(guest), "xms_edov", false));
        assertThat(SignInBrowser.problem(world.browser().signIn(company.providerId(), guest)))
                .isEqualTo("address-unverified");
    }

    private static Map<String, Object> configuration(String issuer, boolean passwords) {
        return Map.of(
                "name",
                "Company",
                "issuer",
                issuer,
                "client_id",
                IdentityProviderServer.CLIENT,
                "client_secret",
                IdentityProviderServer.SECRET,
                "password_sign_in",
                passwords);
    }

    /** Makes a confirmed account of the company's domain, which the provider knows. */
    private ApiClient account(Company company, String name) {
        ApiClient user = world.api.client().user(company.address(name));
        world.api.execute("update users set is_verified = true where email = '" + company.address(name) + "'");
        world.provider.user(name, Map.of("email", company.address(name), "email_verified", true));
        return user;
    }

    private void join(Company company, ApiClient user) {
        world.api.execute("insert into organization_members (organization_id, user_id, role) values ('"
                + company.path().substring("/organizations/".length()) + "', '"
                + user.get("/auth/me").text("id") + "', 'member')");
    }
}
