package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests what a directory may not do: reach accounts and organizations that are not its own, or hold up the server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScimAttackIT {

    private final RunningApi api = RunningApi.shared();
    private Team team;
    private String domain;
    private ScimClient scim;

    @BeforeEach
    void anOrganization() {
        team = new Team(api);
        domain = ScimClient.domain(api, team.id());
        scim = ScimClient.of(api, team.owner().api(), team.path());
    }

    private String address() {
        return "u" + UUID.randomUUID().toString().substring(0, 13) + "@" + domain;
    }

    private String user(String address) {
        return "{\"userName\":\"" + address + "\"}";
    }

    @Test
    void anothersIdsAreNotFoundAndNothingChanges() {
        Team others = new Team(api);
        Team.Person victim = others.member("member");
        String group = others.owner()
                .api()
                .post(others.path() + "/groups", Map.of("name", "Theirs"))
                .text("id");
        String own = scim.post("/Groups", "{\"displayName\":\"Ours\"}").id();
        for (String path : List.of("/Users/" + victim.id(), "/Groups/" + group)) {
            scim.get(path).assertError(404, null);
            scim.delete(path).assertError(404, null);
            scim.put(path, "{\"userName\":\"" + address() + "\",\"displayName\":\"x\"}")
                    .assertError(404, null);
            scim.patch(path, "[{\"op\":\"replace\",\"path\":\"displayName\",\"value\":\"x\"}]")
                    .assertError(404, null);
        }
        for (String id : List.of(victim.id(), UUID.randomUUID().toString(), "x")) {
            scim.patch(
                            "/Groups/" + own,
                            "[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"" + id + "\"}]}]")
                    .assertError(400, "invalidValue");
        }
        scim.get("/Users/none").assertError(404, null);
        String address = victim.api().get("/auth/me").text("email");
        assertThat(scim.get(ScimClient.filter("/Users", "emails.value eq \"" + address + "\""))
                        .body()
                        .path("totalResults")
                        .asInt())
                .isZero();
        assertThat(others.owner().api().get("/groups/" + group).text("name")).isEqualTo("Theirs");
        assertThat(victim.api().get(others.path()).status()).isEqualTo(200);
    }

    @Test
    void onlyAddressesOfTheOrganizationsDomainsAreProvisioned() {
        scim.post("/Users", user("x" + UUID.randomUUID() + "@elsewhere.example"))
                .assertError(400, "invalidValue");
        api.execute("insert into organization_domains (organization_id, domain, txt_record) values ('" + team.id()
                + "', 'unverified-" + domain + "', 'x')");
        scim.post("/Users", user("x@unverified-" + domain)).assertError(400, "invalidValue");
        scim.post("/Users", user("x@sub." + domain)).assertError(400, "invalidValue");
        scim.post("/Users", user("x@" + domain + "@elsewhere.example")).assertError(400, "invalidValue");
        assertThat(scim.post("/Users", user("X." + address().toUpperCase(java.util.Locale.ROOT)))
                        .status())
                .as("in any case")
                .isEqualTo(201);
    }

    @Test
    void anAccountThatIsNoMemberStaysItsUsers() {
        String address = address();
        ApiClient victim = api.client().user(address);
        String id = victim.get("/auth/me").text("id");
        scim.post("/Users", user(address)).assertProblem(409, "no-member");
        scim.get("/Users/" + id).assertError(404, null);
        assertThat(victim.get("/auth/me").status()).isEqualTo(200);
        victim.get(team.path()).assertProblem(404, "not-found", null);
    }

    @Test
    void aMembersAccountKeepsItsAddressNamesAndPassword() {
        Team.Person grace = team.member("member");
        String before = api.text("select row(email, first_name, last_name, password_hash, is_active, status)::text"
                + " from users where id = '" + grace.id() + "'");
        scim.patch(
                        "/Users/" + grace.id(),
                        "[{\"op\":\"replace\",\"path\":\"emails\",\"value\":[{\"value\":\"" + address()
                                + "\",\"primary\":true}]}]")
                .assertError(400, "mutability");
        ScimClient.Reply renamed = scim.patch(
                "/Users/" + grace.id(),
                "[{\"op\":\"replace\",\"value\":{\"name.givenName\":\"Eve\",\"password\":\"123\",\"active\":false}}]");
        assertThat(renamed.status()).as(renamed.text()).isEqualTo(200);
        assertThat(api.text("select row(email, first_name, last_name, password_hash, is_active, status)::text"
                        + " from users where id = '" + grace.id() + "'"))
                .isEqualTo(before);
        assertThat(grace.api().get("/auth/me").status())
                .as("the account goes on")
                .isEqualTo(200);
        grace.api().get(team.path()).assertProblem(404, "not-found", null);
    }

    @Test
    void anAccountThatJoinedAnotherOrganizationIsNoLongerTheDirectorys() {
        String address = address();
        String id = scim.post("/Users", user(address)).id();
        Team others = new Team(api);
        api.execute("insert into organization_members (organization_id, user_id, role) values ('" + others.id() + "', '"
                + id + "', 'member')");
        scim.put("/Users/" + id, user(address())).assertError(400, "mutability");
        assertThat(api.text("select email from users where id = '" + id + "'")).isEqualTo(address);
        scim.patch("/Users/" + id, "[{\"op\":\"replace\",\"path\":\"active\",\"value\":false}]");
        assertThat(api.count("select count(*) from organization_members where user_id = '" + id + "' and is_active"))
                .as("the other organization's membership stays")
                .isEqualTo(1);
    }

    @Test
    void theLastOwnerStays() {
        String owner = team.owner().id();
        scim.patch("/Users/" + owner, "[{\"op\":\"Replace\",\"path\":\"active\",\"value\":\"False\"}]")
                .assertProblem(409, "last-owner");
        scim.delete("/Users/" + owner).assertProblem(409, "last-owner");
        Team.Person second = team.member("owner");
        scim.patch("/Users/" + second.id(), "[{\"op\":\"Replace\",\"path\":\"active\",\"value\":\"False\"}]");
        scim.delete("/Users/" + owner).assertProblem(409, "last-owner");
        assertThat(team.owner().api().get(team.path()).status()).isEqualTo(200);
    }

    @Test
    void twoOwnersThatAreRemovedAtOnceLeaveOne() throws Exception {
        Team.Person second = team.member("owner");
        List<Callable<ScimClient.Reply>> work =
                List.of(() -> scim.delete("/Users/" + team.owner().id()), () -> scim.delete("/Users/" + second.id()));
        assertThat(OwnedOrganization.together(work).stream().map(ScimClient.Reply::status))
                .containsExactlyInAnyOrder(204, 409);
    }

    @Test
    void whomAnAdminRemovedTheDirectoryDoesNotBringBack() {
        String id = scim.post("/Users", user(address())).id();
        ApiClient owner = team.owner().api();
        String member = api.text("select id from organization_members where user_id = '" + id + "'");
        assertThat(owner.delete(team.path() + "/members/" + member).status()).isEqualTo(204);
        assertThat(scim.get("/Users/" + id).body().path("active").booleanValue(true))
                .isFalse();
        scim.patch("/Users/" + id, "[{\"op\":\"Replace\",\"path\":\"active\",\"value\":\"True\"}]")
                .assertProblem(409, "member-removed");
    }

    @Test
    void aGroupHoldsNoGroups() {
        String group = scim.post("/Groups", "{\"displayName\":\"One\"}").id();
        String other = scim.post("/Groups", "{\"displayName\":\"Other\"}").id();
        for (String member : List.of(group, other)) {
            scim.patch(
                            "/Groups/" + group,
                            "[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"" + member + "\"}]}]")
                    .assertError(400, "invalidValue");
        }
        scim.put(
                        "/Groups/" + group,
                        "{\"displayName\":\"One\",\"members\":[{\"type\":\"Group\",\"value\":\"" + other + "\"}]}")
                .assertError(400, "invalidValue");
    }

    @Test
    void onlyAValidTokenOpensScim() {
        ApiClient owner = team.owner().api();
        for (String token : List.of("", "nonsense", owner.token(), "ark_" + "x".repeat(43), "scim_" + "x".repeat(43))) {
            new ScimClient(scim.address(), token).get("/Users").assertError(401, null);
        }
        owner.as(scim.token()).get(team.path()).assertProblem(401, "unauthenticated", null);
        String id = owner.get(team.path() + "/scim-tokens")
                .body()
                .path("items")
                .get(0)
                .path("id")
                .stringValue();
        assertThat(scim.get("/Users").status()).isEqualTo(200);
        assertThat(owner.get(team.path() + "/scim-tokens").text())
                .contains("last_used_at\":\"")
                .doesNotContain(scim.token());
        String next = owner.post(team.path() + "/scim-tokens/" + id + "/rotate", Map.of())
                .text("token");
        scim.get("/Users").assertError(401, null);
        ScimClient rotated = new ScimClient(scim.address(), next);
        assertThat(rotated.get("/Users").status()).isEqualTo(200);
        assertThat(owner.delete(team.path() + "/scim-tokens/" + id).status()).isEqualTo(204);
        rotated.get("/Users").assertError(401, null);
        rotated.post("/Users", user(address())).assertError(401, null);
        assertThat(api.count("select count(*) from audit_log where table_name = 'scim_tokens' and organization_id = '"
                        + team.id()
                        + "' and coalesce(before::text, '') || coalesce(after::text, '') not like '%scim\\_%\"%'"))
                .isPositive();
        assertThat(api.count("select count(*) from scim_tokens where token_hash like 'scim%'"))
                .isZero();
        ScimClient again = ScimClient.of(api, owner, team.path());
        api.execute("update organizations set status = 'suspended' where id = '" + team.id() + "'");
        again.get("/Users").assertError(401, null);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "userName",
                "userName eq",
                "userName eq \"x",
                "(userName eq \"x\"",
                "password eq \"x\"",
                "userName gt \"a\" and",
                "active co \"t\"",
                "meta.created gt \"yesterday\"",
                "active gt true",
                "x[y[z eq 1]]",
                "userName regex \"(a+)+\"",
                "members pr"
            })
    void aFilterThatCannotBeReadIsNamed(String filter) {
        scim.get(ScimClient.filter("/Users", filter)).assertError(400, "invalidFilter");
    }

    @Test
    void filterBombsAreRefusedOrAnswered() {
        scim.get(ScimClient.filter("/Users", "userName eq \"" + "x".repeat(4000) + "\""))
                .assertError(400, "invalidFilter");
        List<String> bombs = new ArrayList<>();
        bombs.add("(".repeat(990) + "active eq true" + ")".repeat(990));
        bombs.add("(".repeat(1900));
        bombs.add("not (".repeat(300) + "active eq true" + ")".repeat(300));
        bombs.add("active eq true" + " or id eq \"x\"".repeat(120));
        bombs.add("a[".repeat(600));
        for (String bomb : bombs) {
            ScimClient.Reply reply = scim.get(ScimClient.filter("/Users", bomb));
            assertThat(reply.status()).as(bomb.substring(0, 20) + reply.text()).isIn(200, 400);
        }
        assertThat(scim.get("/Users?fliter=x").status()).isEqualTo(400);
        assertThat(scim.get("/Users?count=many").status()).isEqualTo(400);
    }

    @Test
    void bodiesAreLimitedAndRead() {
        scim.post("/Users", "{\"userName\":\"" + "x".repeat(1 << 20) + "\"}").assertError(413, null);
        scim.post("/Groups", "{\"displayName\":\"" + "x".repeat(5 << 20) + "\"}")
                .assertError(413, null);
        scim.post("/Users", "[".repeat(50_000)).assertError(400, "invalidSyntax");
        scim.post("/Users", "{").assertError(400, "invalidSyntax");
        scim.post("/Users", "[]").assertError(400, "invalidSyntax");
        scim.post("/Users", "{}").assertError(400, "invalidValue");
        scim.post("/Users", "{\"userName\":{\"a\":1}}").assertError(400, "invalidValue");
        scim.post("/Users", "{\"userName\":\"a\\u0000b\"}").assertError(400, "invalidValue");
        scim.post("/Users", user("no address")).assertError(400, "invalidValue");
        scim.post("/Groups", "{\"displayName\":\"" + "x".repeat(101) + "\"}").assertError(400, "invalidValue");
        String id = scim.post("/Users", user(address())).id();
        String path = "/Users/" + id;
        scim.patch(path, "[]").assertError(400, "invalidSyntax");
        scim.patch(path, "[{\"op\":\"copy\",\"path\":\"active\",\"value\":true}]")
                .assertError(400, "invalidSyntax");
        scim.patch(path, "[{\"op\":\"remove\"}]").assertError(400, "noTarget");
        scim.patch(path, "[{\"op\":\"replace\",\"path\":\"unknown\",\"value\":1}]")
                .assertError(400, "invalidPath");
        scim.patch(path, "[{\"op\":\"replace\",\"path\":\"id\",\"value\":\"x\"}]")
                .assertError(400, "mutability");
        assertThat(scim.patch(
                                path,
                                "[{\"op\":\"replace\",\"path\":\"emails[type eq \\\"home\\\"].value\",\"value\":\"a@b\"}]")
                        .body()
                        .path("emails"))
                .as("only the address of the work is kept")
                .isEqualTo(scim.get(path).body().path("emails"))
                .hasSize(1);
        scim.patch(path, "[{\"op\":\"remove\",\"path\":\"userName\"}]").assertError(400, "invalidValue");
        scim.patch(path, "[{\"op\":\"replace\",\"path\":\"active\",\"value\":\"perhaps\"}]")
                .assertError(400, "invalidValue");
        assertThat(scim.get(path).body().path("active").booleanValue()).isTrue();
    }

    @Test
    void aClientThatRetriesEverythingMakesOneUser() throws Exception {
        String address = address();
        List<Callable<ScimClient.Reply>> work = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            work.add(() -> scim.post("/Users", user(address)));
        }
        List<Integer> statuses = OwnedOrganization.together(work).stream()
                .map(ScimClient.Reply::status)
                .toList();
        assertThat(statuses.stream().filter(status -> status == 201)).hasSize(1);
        assertThat(statuses).containsOnly(201, 409);
        String id = scim.get(ScimClient.filter("/Users", "userName eq \"" + address + "\""))
                .body()
                .path("Resources")
                .get(0)
                .path("id")
                .stringValue();
        scim.patch("/Users/" + id, "[{\"op\":\"replace\",\"path\":\"active\",\"value\":false}]");
        long audited = api.count("select count(*) from audit_log where organization_id = '" + team.id() + "'");
        scim.patch("/Users/" + id, "[{\"op\":\"replace\",\"path\":\"active\",\"value\":false}]");
        assertThat(api.count("select count(*) from audit_log where organization_id = '" + team.id() + "'"))
                .as("a repeat changes nothing")
                .isEqualTo(audited);
    }

    @Test
    void aFullOrganizationTakesNoUser() {
        api.execute("update organizations set max_members = current_members where id = '" + team.id() + "'");
        String address = address();
        scim.post("/Users", user(address)).assertProblem(409, "member-limit");
        assertThat(api.count("select count(*) from users where email = '" + address + "'"))
                .isZero();
    }
}
