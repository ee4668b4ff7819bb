package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.arketic.rag.Team.Person;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tests that a user with an account gains no further rights. */
class PrivilegeIT {

    private final RunningApi api = RunningApi.shared();
    private Team team;
    private Person owner;
    private Person admin;
    private Person member;

    @BeforeEach
    void form() {
        team = new Team(api);
        owner = team.owner();
        admin = team.member("admin");
        member = team.member("member");
    }

    @Test
    void noMemberRaisesItselfOrAnotherAboveItsOwnRole() {
        for (Person person : List.of(admin, member)) {
            change(person, person, "owner").assertProblem(403, "forbidden", null);
            change(person, owner, "viewer").assertProblem(403, "forbidden", null);
            person.api()
                    .post(team.path() + "/transfer", Map.of("member_id", place(person)))
                    .assertProblem(403, "forbidden", null);
            invite(person, "friend@example.org", "owner").assertProblem(403, "forbidden", null);
        }
        change(member, member, "admin").assertProblem(403, "forbidden", null);
        change(admin, member, "owner").assertProblem(403, "forbidden", null);
        admin.api().delete(team.path() + "/members/" + place(owner)).assertProblem(403, "forbidden", null);
        assertThat(role(admin)).isEqualTo("admin");
        assertThat(role(member)).isEqualTo("member");
    }

    @Test
    void aMemberDemotedWhileItWaitsChangesNothing() throws Exception {
        Person second = team.member("owner");
        Map<String, Object> places = Map.of("member", place(member), "second", place(second));
        try (Connection connection = superuser()) {
            connection.setAutoCommit(false);
            run(connection, "select 1 from organizations where id = '" + team.id() + "' for update");
            CompletableFuture<ApiClient.Reply> raise = CompletableFuture.supplyAsync(() -> second.api()
                    .patch(team.path() + "/members/" + places.get("member"), Map.of("role", "owner"), "If-Match", "*"));
            CompletableFuture<ApiClient.Reply> handOver = CompletableFuture.supplyAsync(
                    () -> second.api().post(team.path() + "/transfer", Map.of("member_id", places.get("member"))));
            awaitWaiting(2);
            run(
                    connection,
                    "update organization_members set role = 'member' where user_id = '" + second.id() + "' and"
                            + " organization_id = '" + team.id() + "'");
            connection.commit();
            raise.get().assertProblem(403, "forbidden", null);
            handOver.get().assertProblem(403, "forbidden", null);
        }
        assertThat(role(member)).isEqualTo("member");
    }

    @Test
    void fieldsThatAreNotTheCallersToWriteStayAsTheyAre() {
        String email = "mass" + UUID.randomUUID() + "@example.org";
        Map<String, Object> greedy = new HashMap<>(
                Map.of("email", email, "password", "a good password", "first_name", "M", "last_name", "A"));
        greedy.putAll(
                Map.of("role", "super_admin", "is_verified", true, "status", "active", "two_factor_enabled", true));
        api.client().post("/auth/register", greedy).assertProblem(422, "invalid-input", null);
        ApiClient user = api.client().user(email);
        ApiClient.Reply account = user.get("/users/me");
        user.patch("/users/me", Map.of("first_name", "N", "role", "super_admin", "id", owner.id()), "If-Match", "*")
                .assertProblem(422, "invalid-input", null);
        assertThat(user.get("/auth/me").text("role")).isEqualTo("user");
        assertThat(user.get("/auth/me").text("id")).isEqualTo(account.text("id"));

        user.post(
                        "/organizations",
                        Map.of("name", "Greedy " + email, "subscription_tier", "enterprise", "max_members", 10_000))
                .assertProblem(422, "invalid-input", null);
        JsonNode made =
                user.post("/organizations", Map.of("name", "Greedy " + email)).body();
        String path = "/organizations/" + made.path("id").stringValue();
        user.patch(path, Map.of("name", "Greedy", "max_storage_gb", 10_000, "status", "trial"), "If-Match", "*")
                .assertProblem(422, "invalid-input", null);
        user.patch(path + "/settings", Map.of("data_retention_days", 30, "organization_id", team.id()), "If-Match", "*")
                .assertProblem(422, "invalid-input", null);
        JsonNode organization = user.get(path).body();
        assertThat(organization.path("subscription_tier").stringValue()).isEqualTo("free");
        assertThat(organization.path("status").stringValue()).isEqualTo("active");
        JsonNode usage = user.get(path + "/usage").body();
        assertThat(usage.toString()).doesNotContain("10000");
        user.put(path + "/subscription", Map.of("subscription_tier", "enterprise"), "If-Match", "*")
                .assertProblem(403, "forbidden", null);
        user.post(
                        path + "/knowledge-bases",
                        Map.of("name", "B", "organization_id", team.id(), "owner_id", owner.id(), "document_count", 7))
                .assertProblem(422, "invalid-input", null);
        JsonNode base =
                user.post(path + "/knowledge-bases", Map.of("name", "B")).body();
        assertThat(base.path("organization_id").stringValue())
                .isEqualTo(made.path("id").stringValue());
        assertThat(base.path("document_count").asInt()).isZero();
    }

    @Test
    void noFormOfIfMatchPassesForAnotherVersion() {
        String settings = team.path() + "/settings";
        String tag = owner.api().get(settings).header("ETag");
        Map<String, Object> change = Map.of("data_retention_days", 40);
        for (String wrong : List.of("W/\"1\"", "\"0\", \"1\"", tag.replace("\"", ""), "\"*\"", "**", "\"\"", " ")) {
            assertThat(owner.api().patch(settings, change, "If-Match", wrong).status())
                    .as(wrong)
                    .isIn(412, 428);
        }
        assertThat(owner.api().patch(settings, change, "If-Match", tag).status())
                .isEqualTo(200);
        owner.api().patch(settings, change, "If-Match", tag).assertProblem(412, "stale-version", null);
    }

    @Test
    void aTokenThatThisServerHasNotSignedOpensNothing() throws JOSEException, ParseException {
        JWTClaimsSet claims = SignedJWT.parse(owner.api().token()).getJWTClaimsSet();
        SignedJWT forged = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
        forged.sign(new MACSigner("another secret that is long enough".getBytes(StandardCharsets.UTF_8)));
        SignedJWT stronger = new SignedJWT(new JWSHeader(JWSAlgorithm.HS384), claims);
        stronger.sign(new MACSigner(
                "another secret that is long enough, as it must".repeat(2).getBytes(StandardCharsets.UTF_8)));
        String[] parts = owner.api().token().split("\\.");
        JWTClaimsSet others =
                new JWTClaimsSet.Builder(claims).subject(admin.id()).build();
        String swapped = parts[0] + "." + new PlainJWT(others).serialize().split("\\.")[1] + "." + parts[2];
        for (String token : List.of(
                new PlainJWT(claims).serialize(),
                forged.serialize(),
                stronger.serialize(),
                swapped,
                parts[0] + "." + parts[1] + ".")) {
            api.client().as(token).get("/auth/me").assertProblem(401, "unauthenticated", null);
        }
    }

    @Test
    void aKeyIsNeverWorthMoreThanItsMaker() {
        assertThat(owner.api()
                        .patch(team.path() + "/settings", Map.of("enable_api_access", true), "If-Match", "*")
                        .status())
                .isEqualTo(200);
        String key = admin.api()
                .post(team.path() + "/api-keys", Map.of("name", "w", "scopes", List.of("write", "read")))
                .text("key");
        String bases = team.path() + "/knowledge-bases";
        assertThat(api.client()
                        .post(bases, Map.of("name", "Before"), "X-API-Key", key)
                        .status())
                .isEqualTo(201);
        team.give(admin, "viewer");
        api.client().post(bases, Map.of("name", "After"), "X-API-Key", key).assertProblem(403, "forbidden", null);
        assertThat(api.client().get(bases, "X-API-Key", key).status()).isEqualTo(200);
        team.dismiss(admin);
        api.client().get(bases, "X-API-Key", key).assertProblem(401, "unauthenticated", null);
    }

    @Test
    void anAddressIsNotFloodedWithInvitations() {
        String email = "flooded" + UUID.randomUUID() + "@example.org";
        for (int i = 0; i < 5; i++) {
            assertThat(invite(owner, i % 2 == 0 ? email : email.toUpperCase(java.util.Locale.ROOT), "member")
                            .status())
                    .isEqualTo(201);
        }
        ApiClient.Reply refused = invite(owner, email, "member");
        refused.assertProblem(429, "too-many-requests", null);
        assertThat(Long.parseLong(refused.header("Retry-After"))).isBetween(1L, 86_400L);
    }

    private ApiClient.Reply invite(Person by, String email, String role) {
        return by.api().post(team(by) + "/invitations", Map.of("email", email, "role", role));
    }

    /** Returns the only organization of a user. */
    private static String team(Person person) {
        return "/organizations/"
                + person.api()
                        .get("/organizations")
                        .body()
                        .path("items")
                        .path(0)
                        .path("id")
                        .stringValue();
    }

    private ApiClient.Reply change(Person by, Person whom, String role) {
        return by.api().patch(team.path() + "/members/" + place(whom), Map.of("role", role), "If-Match", "*");
    }

    private String role(Person person) {
        return owner.api().get(team.path() + "/members/" + place(person)).text("role");
    }

    /** Returns the id of a membership. */
    private String place(Person person) {
        return owner.api()
                .get(team.path() + "/members")
                .body()
                .path("items")
                .valueStream()
                .filter(one -> one.path("user_id").stringValue().equals(person.id()))
                .findFirst()
                .orElseThrow()
                .path("id")
                .stringValue();
    }

    private Connection superuser() throws SQLException {
        return DriverManager.getConnection(
                api.database().url(), api.database().user(), api.database().password());
    }

    private static void run(Connection connection, String statement) throws SQLException {
        try (var one = connection.createStatement()) {
            one.execute(statement);
        }
    }

    /** Waits until this many of the application's transactions wait for a lock. */
    private void awaitWaiting(int count) throws SQLException {
        Instant deadline = Instant.now().plus(Duration.ofSeconds(60));
        try (Connection connection = superuser()) {
            while (waiting(connection) < count) {
                assertThat(Instant.now()).as("a session waits for the lock").isBefore(deadline);
                LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            }
        }
    }

    private static int waiting(Connection connection) throws SQLException {
        try (var one = connection.createStatement();
                var row = one.executeQuery("""
                        select count(*) from pg_stat_activity
                        where datname = current_database() and wait_event_type = 'Lock' and usename = 'arketic_app'""")) {
            row.next();
            return row.getInt(1);
        }
    }
}
