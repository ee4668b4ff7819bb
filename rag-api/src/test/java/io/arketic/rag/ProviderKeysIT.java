package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.providerkey.ProviderKeys;
import io.arketic.schema.tenancy.TenantContext;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ProviderKeysIT {

    private static final String PATH = "/users/me/provider-keys";

    private final RunningApi api = RunningApi.shared();
    private final ApiClient user = api.client().user("keys" + UUID.randomUUID() + "@example.org");

    @Test
    void aKeyIsKeptEncryptedShownByItsEndAndFoundForItsOwnerOnly() throws SQLException {
        ApiClient.Reply made = user.post(PATH, Map.of("provider", "acme", "key", "sk-first-Secret1"));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(made.text("name")).isEqualTo("default");
        assertThat(made.text("key")).isEqualTo("…ret1");
        assertThat(user.get(PATH).text()).doesNotContain("first");
        assertThat(stored()).doesNotContain("first").doesNotContain("Secret");
        UUID owner = UUID.fromString(user.get("/auth/me").text("id"));
        ProviderKeys keys = api.bean(ProviderKeys.class);
        assertThat(keys.keyFor(owner, "acme")).contains("sk-first-Secret1");
        assertThat(keys.keyFor(owner, "other")).isEmpty();
        assertThat(keys.keyFor(UUID.randomUUID(), "acme")).isEmpty();
        String place = PATH + "/" + made.text("id");
        assertThat(user.put(place, Map.of("key", "sk-second-Secret2")).text("key"))
                .isEqualTo("…ret2");
        assertThat(keys.keyFor(owner, "acme")).contains("sk-second-Secret2");
        ApiClient stranger = api.client().user("stranger" + UUID.randomUUID() + "@example.org");
        assertThat(stranger.get(PATH).body().path("items").size()).isZero();
        stranger.put(place, Map.of("key", "sk-third-Secret3")).assertProblem(404, "not-found", null);
        stranger.delete(place).assertProblem(404, "not-found", null);
        assertThat(user.delete(place).status()).isEqualTo(204);
        assertThat(keys.keyFor(owner, "acme")).isEmpty();
    }

    @Test
    void oneNameStandsForOneKeyOfAProvider() {
        Map<String, String> first = Map.of("provider", "acme", "name", "work", "key", "sk-first-Secret1");
        assertThat(user.post(PATH, first).status()).isEqualTo(201);
        user.post(PATH, first).assertProblem(409, "conflict", "name");
        assertThat(user.post(PATH, Map.of("provider", "acme", "key", "sk-other-Secret1"))
                        .status())
                .isEqualTo(201);
        UUID owner = UUID.fromString(user.get("/auth/me").text("id"));
        assertThat(api.bean(ProviderKeys.class).keyFor(owner, "acme")).contains("sk-other-Secret1");
        user.post(PATH, Map.of("provider", "ACME", "key", "sk-first-Secret1"))
                .assertProblem(422, "invalid-input", "provider");
        user.post(PATH, Map.of("provider", "acme", "name", "x", "key", "two words"))
                .assertProblem(422, "invalid-input", "key");
    }

    @Test
    void anOrganizationsKeyIsItsAdminsToChangeAndUsedWhereTheAskerHasNone() throws SQLException {
        Team team = new Team(api);
        Team other = new Team(api);
        Team.Person member = team.member("member");
        ApiClient admin = team.member("admin").api();
        String path = team.path() + "/provider-keys";
        ApiClient.Reply made = admin.post(path, Map.of("provider", "acme", "key", "sk-shared-Secret4"));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(made.text("key")).isEqualTo("…ret4");
        assertThat(admin.get(path).text()).contains("…ret4").doesNotContain("shared");
        assertThat(stored()).doesNotContain("shared").contains("***");
        String place = path + "/" + made.text("id");
        member.api().get(path).assertProblem(403, "forbidden", null);
        member.api().delete(place).assertProblem(403, "forbidden", null);
        other.owner().api().get(path).assertProblem(404, "not-found", null);
        String fromElsewhere = other.path() + "/provider-keys/" + made.text("id");
        other.owner()
                .api()
                .put(fromElsewhere, Map.of("key", "sk-stolen-Secret"))
                .assertProblem(404, "not-found", null);
        String asOwn = PATH + "/" + made.text("id");
        admin.put(asOwn, Map.of("key", "sk-stolen-Secret")).assertProblem(404, "not-found", null);

        ProviderKeys keys = api.bean(ProviderKeys.class);
        TenantContext asker = context(team, member);
        assertThat(keys.keyFor(asker, "acme")).contains("sk-shared-Secret4");
        assertThat(keys.keyFor(context(other, other.owner()), "acme")).isEmpty();
        assertThat(admin.put(place, Map.of("key", "sk-newer-Secret5")).text("key"))
                .isEqualTo("…ret5");
        assertThat(keys.keyFor(asker, "acme")).contains("sk-newer-Secret5");
        member.api().post(PATH, Map.of("provider", "acme", "name", "mine", "key", "sk-mine-Secret6"));
        assertThat(keys.keyFor(asker, "acme")).contains("sk-mine-Secret6");
        assertThat(keys.keyFor(context(team, team.owner()), "acme")).contains("sk-newer-Secret5");
        assertThat(admin.delete(place).status()).isEqualTo(204);
        assertThat(keys.keyFor(context(team, team.owner()), "acme")).isEmpty();
    }

    private static TenantContext context(Team team, Team.Person person) {
        return TenantContext.of(UUID.fromString(team.id()), UUID.fromString(person.id()));
    }

    private String stored() throws SQLException {
        var database = api.database();
        try (var connection = DriverManager.getConnection(database.url(), database.user(), database.password());
                var statement = connection.createStatement();
                var row = statement.executeQuery("""
                        select (select string_agg(k::text, ' ') from provider_keys k)
                            || (select string_agg(a::text, ' ') from audit_log a where table_name = 'provider_keys')""")) {
            row.next();
            return row.getString(1);
        }
    }
}
