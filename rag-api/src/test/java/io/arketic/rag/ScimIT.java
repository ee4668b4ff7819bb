package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/**
 * Tests the requests that two large directories send, as their public documentation shows them: Microsoft Entra ID ("Tutorial:
 * Develop and plan provisioning for a SCIM endpoint") and Okta ("SCIM 2.0 protocol reference").
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScimIT {

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

    /** Adds a user as Entra ID does. */
    private String entraUser(String address) {
        return scim.post("/Users", """
                        {
                          "schemas": [
                            "urn:ietf:params:scim:schemas:core:2.0:User",
                            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
                          "externalId": "ext-%1$s",
                          "userName": "%1$s",
                          "active": true,
                          "displayName": "Test User",
                          "emails": [{"primary": true, "type": "work", "value": "%1$s"}],
                          "meta": {"resourceType": "User"},
                          "name": {"formatted": "givenName familyName", "familyName": "familyName", "givenName": "givenName"},
                          "roles": [],
                          "title": "Engineer",
                          "phoneNumbers": [{"type": "mobile", "value": "555-1"}],
                          "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Works"}
                        }""".formatted(address)).id();
    }

    private boolean isMember(String userId) {
        return api.count("select count(*) from organization_members where organization_id = '" + team.id()
                        + "' and user_id = '" + userId + "' and is_active")
                == 1;
    }

    @Test
    void entraIdProvisionsAUser() {
        String address = address();
        ScimClient.Reply none = scim.get(ScimClient.filter("/Users", "userName eq \"" + address + "\""));
        assertThat(none.status()).isEqualTo(200);
        assertThat(none.body().path("totalResults").asInt()).isZero();
        assertThat(none.body().path("Resources").isArray()).isTrue();

        String id = entraUser(address);
        assertThat(isMember(id)).isTrue();
        JsonNode user = scim.get("/Users/" + id + "?aadOptscim062020").body();
        assertThat(user.path("userName").stringValue()).isEqualTo(address);
        assertThat(user.path("externalId").stringValue()).isEqualTo("ext-" + address);
        assertThat(user.path("active").booleanValue()).isTrue();
        assertThat(user.path("emails").get(0).path("value").stringValue()).isEqualTo(address);
        assertThat(user.path("meta").path("location").stringValue()).endsWith("/scim/v2/Users/" + id);
        scim.post("/Users", "{\"userName\":\"" + address + "\"}").assertError(409, "uniqueness");

        String moved = address();
        ScimClient.Reply changed = scim.patch("/Users/" + id, """
                [{"op": "Replace", "path": "emails[type eq \\"work\\"].value", "value": "%s"},
                 {"op": "Replace", "path": "name.familyName", "value": "updatedFamilyName"}]""".formatted(moved));
        assertThat(changed.status()).as(changed.text()).isEqualTo(200);
        assertThat(changed.body().path("name").path("familyName").stringValue()).isEqualTo("updatedFamilyName");
        assertThat(api.text("select email || ' ' || last_name from users where id = '" + id + "'"))
                .as("the directory made the account")
                .isEqualTo(moved + " updatedFamilyName");

        scim.patch("/Users/" + id, "[{\"op\": \"Replace\", \"path\": \"userName\", \"value\": \"" + moved + "\"}]");
        assertThat(scim.get(ScimClient.filter("/Users", "userName eq \"" + moved + "\""))
                        .body()
                        .path("totalResults")
                        .asInt())
                .isEqualTo(1);

        scim.patch("/Users/" + id, "[{\"op\": \"Replace\", \"path\": \"active\", \"value\": \"False\"}]");
        assertThat(isMember(id)).isFalse();
        assertThat(scim.get("/Users/" + id).body().path("active").booleanValue(true))
                .isFalse();
        scim.patch("/Users/" + id, """
                [{"op": "Add", "value": {"displayName": "Ada L", "name.givenName": "Ada", "active": "True",
                  "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department": "Tests",
                  "addresses[type eq \\"work\\"].country": "DE"}}]""");
        JsonNode back = scim.get("/Users/" + id).body();
        assertThat(back.path("active").booleanValue()).isTrue();
        assertThat(back.path("name").path("givenName").stringValue()).isEqualTo("Ada");
        assertThat(back.path("displayName").stringValue()).isEqualTo("Ada L");
        assertThat(isMember(id)).isTrue();

        assertThat(scim.delete("/Users/" + id).status()).isEqualTo(204);
        scim.get("/Users/" + id).assertError(404, null);
        scim.delete("/Users/" + id).assertError(404, null);
        assertThat(isMember(id)).isFalse();
        String again = entraUser(moved);
        assertThat(again).as("the same account").isEqualTo(id);
        assertThat(isMember(id)).isTrue();
    }

    @Test
    void aMissingActiveLeavesTheUserAsItIs() {
        String address = address();
        String id = entraUser(address);
        scim.patch("/Users/" + id, """
                [{"op": "Replace", "path": "emails[type eq \\"home\\"].value", "value": "x@example.org"},
                 {"op": "Replace", "path": "active", "value": "False"}]""");
        assertThat(isMember(id))
                .as("the filter of another change matches nothing")
                .isFalse();
        assertThat(scim.put("/Users/" + id, "{\"userName\":\"" + address + "\"}")
                        .status())
                .isEqualTo(200);
        assertThat(isMember(id)).as("PUT without active").isFalse();
        assertThat(scim.patch("/Users/" + id, "[{\"op\":\"Remove\",\"path\":\"active\"}]")
                        .status())
                .isEqualTo(200);
        assertThat(isMember(id)).as("PATCH that removes active").isFalse();
        assertThat(scim.put("/Users/" + id, "{\"userName\":\"" + address + "\",\"active\":true}")
                        .status())
                .isEqualTo(200);
        assertThat(isMember(id)).isTrue();
    }

    @Test
    void addressesAndNamesAreOfOneUser() {
        for (String wrong : List.of("a b", "a,b", "a@b", "<a", "a;b")) {
            scim.post("/Users", "{\"userName\":\"u\",\"emails\":[{\"value\":\"" + wrong + "@" + domain + "\"}]}")
                    .assertError(400, "invalidValue");
        }
        String member = team.member("member").api().get("/auth/me").text("email");
        scim.post(
                        "/Users",
                        "{\"userName\":\"" + member.toUpperCase(java.util.Locale.ROOT) + "\",\"emails\":[{\"value\":\""
                                + address() + "\"}]}")
                .assertError(409, "uniqueness");
    }

    @Test
    void entraIdProvisionsAGroup() {
        String one = entraUser(address());
        String other = entraUser(address());
        String name = "Group " + UUID.randomUUID();
        String group = scim.post("/Groups", """
                        {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group",
                            "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
                         "externalId": "8aa1a0c0", "displayName": "%s", "meta": {"resourceType": "Group"}}""".formatted(name)).id();
        JsonNode found = scim.get(
                        ScimClient.filter("/Groups", "displayName eq \"" + name + "\"") + "&excludedAttributes=members")
                .body();
        assertThat(found.path("totalResults").asInt()).isEqualTo(1);
        assertThat(found.path("Resources").get(0).has("members")).isFalse();
        scim.post("/Groups", "{\"displayName\":\"" + name + "\"}").assertError(409, "uniqueness");

        String add = """
                [{"op": "Add", "path": "members", "value": [{"$ref": null, "value": "%s"}, {"$ref": null, "value": "%s"}]}]""".formatted(one, other);
        JsonNode added = scim.patch("/Groups/" + group, add).body();
        assertThat(members(group)).containsExactlyInAnyOrder(one, other);
        assertThat(scim.patch("/Groups/" + group, add).body().path("meta").path("lastModified"))
                .as("a repeat changes nothing")
                .isEqualTo(added.path("meta").path("lastModified"));
        assertThat(scim.get(ScimClient.filter("/Groups", "id eq \"" + group + "\" and members eq \"" + one + "\""))
                        .body()
                        .path("totalResults")
                        .asInt())
                .isEqualTo(1);
        assertThat(scim.get("/Users/" + one)
                        .body()
                        .path("groups")
                        .get(0)
                        .path("value")
                        .stringValue())
                .isEqualTo(group);

        scim.patch("/Groups/" + group, """
                [{"op": "Remove", "path": "members", "value": [{"$ref": null, "value": "%s"}]}]""".formatted(one));
        assertThat(members(group)).containsExactly(other);
        scim.patch("/Groups/" + group, "[{\"op\":\"Replace\",\"path\":\"displayName\",\"value\":\"" + name + " B\"}]");
        assertThat(scim.get("/Groups/" + group).body().path("displayName").stringValue())
                .isEqualTo(name + " B");

        scim.patch("/Users/" + other, "[{\"op\":\"Replace\",\"path\":\"active\",\"value\":\"False\"}]");
        scim.patch("/Users/" + other, "[{\"op\":\"Replace\",\"path\":\"active\",\"value\":\"True\"}]");
        assertThat(members(group)).as("the directory says who is in it").containsExactly(other);
        assertThat(scim.delete("/Groups/" + group).status()).isEqualTo(204);
        scim.get("/Groups/" + group).assertError(404, null);
    }

    @Test
    void oktaProvisionsUsersAndPushesGroups() {
        assertThat(scim.get("/Users?startIndex=1&count=2")
                        .body()
                        .path("itemsPerPage")
                        .asInt())
                .as("the owner")
                .isEqualTo(1);
        String address = address();
        assertThat(scim.get(ScimClient.filter("/Users", "userName eq \"" + address + "\"") + "&startIndex=1&count=100")
                        .body()
                        .path("totalResults")
                        .asInt())
                .isZero();
        String user = """
                {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "%s",
                 "name": {"givenName": "Isaac", "familyName": "%s"},
                 "emails": [{"primary": true, "value": "%s", "type": "work"}],
                 "displayName": "Isaac Brock", "locale": "en-US", "externalId": "00ujl29u0le5T6Aj10h7", "groups": [],
                 "password": "1mz050nq", "active": true}""";
        String id =
                scim.post("/Users", user.formatted(address, "Brock", address)).id();
        ScimClient.Reply put = scim.put("/Users/" + id, user.formatted(address, "Newton", address));
        assertThat(put.body().path("name").path("familyName").stringValue()).isEqualTo("Newton");
        assertThat(scim.put("/Users/" + id, user.formatted(address, "Newton", address))
                        .body())
                .as("a repeat changes nothing")
                .isEqualTo(put.body());

        String group = scim.post("/Groups", """
                        {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Okta %s",
                         "members": [{"value": "%s", "display": "%s"}]}""".formatted(UUID.randomUUID(), id, address))
                .id();
        assertThat(members(group)).containsExactly(id);
        String renamed = "Okta " + UUID.randomUUID();
        scim.patch("/Groups/" + group, """
                [{"op": "replace", "value": {"id": "%s", "displayName": "%s"}}]""".formatted(group, renamed));
        assertThat(scim.get("/Groups/" + group).body().path("displayName").stringValue())
                .isEqualTo(renamed);
        String other = entraUser(address());
        scim.patch("/Groups/" + group, """
                [{"op": "remove", "path": "members[value eq \\"%s\\"]"},
                 {"op": "add", "path": "members", "value": [{"value": "%s", "display": "x"}]}]""".formatted(id, other));
        assertThat(members(group)).containsExactly(other);
        scim.put("/Groups/" + group, """
                {"displayName": "%s", "members": [{"value": "%s"}]}""".formatted(renamed, id));
        assertThat(members(group)).containsExactly(id);

        scim.patch("/Users/" + id, "[{\"op\": \"replace\", \"value\": {\"active\": false}}]");
        assertThat(isMember(id)).isFalse();
        scim.patch("/Users/" + id, "[{\"op\": \"replace\", \"value\": {\"active\": true}}]");
        assertThat(isMember(id)).isTrue();
    }

    private List<String> members(String group) {
        return scim.get("/Groups/" + group)
                .body()
                .path("members")
                .valueStream()
                .map(member -> member.path("value").stringValue())
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "userName eq \"ADDRESS\" | 1",
                "USERNAME EQ \"ADDRESS\" and active eq true | 1",
                "userName eq \"ADDRESS\" and active eq false | 0",
                "externalId eq \"ext-ADDRESS\" | 1",
                "emails.value eq \"ADDRESS\" | 1",
                "emails[type eq \"work\" and value eq \"ADDRESS\"] | 1",
                "emails[type eq \"home\" and value eq \"ADDRESS\"] | 0",
                "displayName eq \"test user\" | 1",
                "displayName co \"st us\" or userName eq \"nothing\" | 1",
                "not (displayName sw \"Test\") | 1",
                "displayName ew \"User\" and name.familyName pr | 1",
                "externalId pr | 1",
                "(userName ne \"ADDRESS\") and (active eq \"True\") | 1",
                "meta.lastModified gt \"2020-01-01T00:00:00Z\" | 2",
                "urn:ietf:params:scim:schemas:core:2.0:User:userName eq \"ADDRESS\" | 1",
                "userName eq \"' or true --\" | 0",
                "displayName co \"%\" | 0",
            })
    void aFilterFindsWhatItSays(String filter, int expected) {
        String address = address();
        entraUser(address);
        ScimClient.Reply found = scim.get(ScimClient.filter("/Users", filter.replace("ADDRESS", address)));
        assertThat(found.status()).as(found.text()).isEqualTo(200);
        assertThat(found.body().path("totalResults").asInt()).as(found.text()).isEqualTo(expected);
    }

    @Test
    void listsArePagedFromAnyPlace() {
        for (int i = 0; i < 4; i++) {
            entraUser(address());
        }
        List<String> seen = new java.util.ArrayList<>();
        for (int start = 1; start <= 5; start += 2) {
            JsonNode page = scim.get("/Users?startIndex=" + start + "&count=2").body();
            assertThat(page.path("totalResults").asInt()).isEqualTo(5);
            assertThat(page.path("startIndex").asInt()).isEqualTo(start);
            page.path("Resources").forEach(user -> seen.add(user.path("id").stringValue()));
        }
        assertThat(seen).hasSize(5).doesNotHaveDuplicates();
        assertThat(scim.get("/Users?startIndex=99").body().path("Resources")).isEmpty();
        assertThat(scim.get("/Users?count=0").body().path("totalResults").asInt())
                .isEqualTo(5);
        assertThat(scim.get("/Users?startIndex=-3&count=-1")
                        .body()
                        .path("startIndex")
                        .asInt())
                .isEqualTo(1);
        JsonNode some =
                scim.get("/Users?attributes=userName").body().path("Resources").get(0);
        assertThat(some.propertyNames()).containsExactlyInAnyOrder("schemas", "id", "userName", "meta");
    }

    @Test
    void scimDescribesItself() {
        JsonNode configuration = scim.get("/ServiceProviderConfig").body();
        assertThat(configuration.path("patch").path("supported").booleanValue()).isTrue();
        assertThat(configuration.path("bulk").path("supported").booleanValue(true))
                .isFalse();
        assertThat(scim.get("/ResourceTypes").body().path("totalResults").asInt())
                .isEqualTo(2);
        assertThat(scim.get("/ResourceTypes/User").body().path("endpoint").stringValue())
                .isEqualTo("/Users");
        JsonNode schemas = scim.get("/Schemas").body().path("Resources");
        JsonNode user = scim.get("/Users?count=1").body().path("Resources").get(0);
        assertThat(user.propertyNames())
                .as("each attribute is described")
                .isSubsetOf(java.util.stream.Stream.concat(
                                java.util.stream.Stream.of("schemas", "id", "meta", "externalId"),
                                schemas.get(0)
                                        .path("attributes")
                                        .valueStream()
                                        .map(attribute -> attribute.path("name").stringValue()))
                        .collect(Collectors.toSet()));
        assertThat(scim.get("/Schemas/" + schemas.get(1).path("id").stringValue())
                        .status())
                .isEqualTo(200);
        scim.get("/Schemas/none").assertError(404, null);
        scim.get("/Schemas?filter=x").assertError(403, null);
        scim.get("/Nothing").assertError(404, null);
        scim.delete("/ServiceProviderConfig").assertError(405, null);
    }

    @Test
    void aMemberByHandIsTheDirectorysOnceItSaysSomething() {
        Team.Person grace = team.member("admin");
        String address = grace.api().get("/auth/me").text("email");
        JsonNode found = scim.get(ScimClient.filter("/Users", "userName eq \"" + address + "\""))
                .body()
                .path("Resources")
                .get(0);
        assertThat(found.path("id").stringValue()).isEqualTo(grace.id());
        scim.patch("/Users/" + grace.id(), "[{\"op\":\"Add\",\"path\":\"externalId\",\"value\":\"e1\"}]");
        assertThat(scim.get(ScimClient.filter("/Users", "externalId eq \"e1\""))
                        .body()
                        .path("totalResults")
                        .asInt())
                .isEqualTo(1);
        assertThat(api.text("select role from organization_members where user_id = '" + grace.id() + "'"))
                .isEqualTo("admin");
    }

    @Test
    void aGroupOfTheDirectoryIsChangedByNoMemberWhileThereIsAToken() {
        ApiClient owner = team.owner().api();
        String group =
                owner.post(team.path() + "/groups", Map.of("name", "By hand")).text("id");
        assertThat(owner.patch("/groups/" + group, Map.of("name", "Works"), "If-Match", "*")
                        .status())
                .isEqualTo(200);
        String user = entraUser(address());
        scim.patch("/Groups/" + group, """
                [{"op": "Add", "path": "members", "value": [{"value": "%s"}]}]""".formatted(user));
        assertThat(owner.get("/groups/" + group).body().path("provided").booleanValue())
                .isTrue();
        owner.patch("/groups/" + group, Map.of("name", "Mine"), "If-Match", "*")
                .assertProblem(409, "group-provided", null);
        owner.put("/groups/" + group + "/members", Map.of("user_ids", List.of()), "If-Match", "*")
                .assertProblem(409, "group-provided", null);
        owner.delete("/groups/" + group).assertProblem(409, "group-provided", null);
        for (JsonNode token : owner.get(team.path() + "/scim-tokens").body().path("items")) {
            owner.delete(team.path() + "/scim-tokens/" + token.path("id").stringValue());
        }
        assertThat(owner.delete("/groups/" + group).status()).isEqualTo(204);
    }

    @Test
    void aGroupHoldsTenThousandUsersAndNoMore() {
        api.execute("with made as (insert into users (email, password_hash, first_name, last_name)"
                + " select 'm' || n || '@" + domain
                + "', 'x', 'M', n::text from generate_series(1, 10001) n returning id)"
                + " insert into organization_members (organization_id, user_id, role) select '" + team.id()
                + "', id, 'viewer' from made");
        String all = api.text("select string_agg('{\"value\":\"' || m.user_id || '\",\"display\":\"someone\"}', ',')"
                + " from organization_members m join users u on u.id = m.user_id where m.organization_id = '"
                + team.id()
                + "' and u.email like 'm%' and u.email <> 'm10001@" + domain + "'");
        String last = api.text("select id from users where email = 'm10001@" + domain + "'");
        String group = scim.post("/Groups", "{\"displayName\":\"Everybody\",\"members\":[" + all + "]}")
                .id();
        assertThat(scim.get("/Groups/" + group).body().path("members")).hasSize(10_000);
        scim.patch(
                        "/Groups/" + group,
                        "[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"" + last + "\"}]}]")
                .assertError(400, "tooMany");
        assertThat(api.count("select count(*) from group_members where group_id = '" + group + "'"))
                .isEqualTo(10_000);
    }
}
