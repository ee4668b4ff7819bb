package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tests the members of organizations over HTTP: invitations, roles, the last owner and the limit. */
class OrganizationMembersIT extends OwnedOrganization {

    @Test
    void anInvitationOpensOnceAndForItsAddressOnly() throws Exception {
        ApiClient grace = api.client().user("grace" + unique + "@example.org");
        ApiClient mallory = api.client().user("mallory" + unique + "@example.org");
        Map<String, String> invitation = Map.of("email", "Grace" + unique + "@example.org", "role", "member");
        assertThat(ada.post(path + "/invitations", invitation).status()).isEqualTo(201);
        String first = letterTo("grace" + unique + "@example.org", 1);
        assertThat(ada.post(path + "/invitations", invitation).status()).isEqualTo(201);
        String token = letterTo("grace" + unique + "@example.org", 2);
        assertProblem(grace.post("/invitations/accept", Map.of("token", first)), 404, "not-found");
        assertThat(api.client()
                        .post("/invitations/read", Map.of("token", token))
                        .body()
                        .path("role")
                        .stringValue())
                .isEqualTo("member");
        assertProblem(mallory.post("/invitations/accept", Map.of("token", token)), 403, "forbidden");
        assertThat(grace.get(path).status()).isEqualTo(404);
        assertThat(grace.post("/invitations/accept", Map.of("token", token)).status())
                .isEqualTo(200);
        assertThat(grace.get(path).body().path("current_members").asInt()).isEqualTo(2);
        JsonNode members = ada.get(path + "/members").body().path("items");
        assertThat(members.at("/0/invited_by_id").stringValue())
                .as("the newest")
                .isEqualTo(members.at("/1/user_id").stringValue());
        assertProblem(grace.post("/invitations/accept", Map.of("token", token)), 404, "not-found");
        assertProblem(ada.post(path + "/invitations", invitation), 409, "already-member");
        assertProblem(
                grace.post(path + "/invitations", Map.of("email", "x@example.org", "role", "viewer")),
                403,
                "forbidden");
    }

    @Test
    void anInvitationHasNoMoreRightsThanItsSender() throws Exception {
        ApiClient eve = member("admin");
        String place = ada.get(path + "/members")
                .body()
                .path("items")
                .get(0)
                .path("id")
                .stringValue();
        String friend = "friend" + unique + "@example.org";
        ApiClient other = api.client().user(friend);
        assertThat(eve.post(path + "/invitations", Map.of("email", friend, "role", "admin"))
                        .status())
                .isEqualTo(201);
        String token = letterTo(friend, 1);
        assertThat(ada.delete(path + "/members/" + place).status()).isEqualTo(204);
        assertThat(eve.get(path).status()).isEqualTo(404);
        assertProblem(other.post("/invitations/accept", Map.of("token", token)), 404, "not-found");
        assertThat(other.get(path).status()).isEqualTo(404);
    }

    @Test
    void theLastOwnerStaysUntilItHandsOver() throws Exception {
        ApiClient heir = member("admin");
        JsonNode members = ada.get(path + "/members").body().path("items");
        String own = member(members, email);
        String other = members.get(0).path("id").stringValue().equals(own)
                ? members.get(1).path("id").stringValue()
                : members.get(0).path("id").stringValue();
        assertProblem(ada.post(path + "/leave", Map.of()), 409, "last-owner");
        assertProblem(ada.patch(path + "/members/" + own, Map.of("role", "admin")), 428, "precondition-required");
        assertProblem(ada.patch(path + "/members/" + own, Map.of("role", "admin"), "If-Match", "*"), 409, "last-owner");
        assertProblem(
                heir.patch(path + "/members/" + own, Map.of("role", "viewer"), "If-Match", "*"), 403, "forbidden");
        assertProblem(heir.delete(path + "/members/" + own), 403, "forbidden");
        assertProblem(
                heir.patch(path + "/members/" + other, Map.of("role", "owner"), "If-Match", "*"), 403, "forbidden");
        assertThat(ada.post(path + "/transfer", Map.of("member_id", other))
                        .body()
                        .path("role")
                        .stringValue())
                .isEqualTo("owner");
        assertThat(ada.get(path).body().path("role").stringValue()).isEqualTo("admin");
        assertThat(ada.post(path + "/leave", Map.of()).status()).isEqualTo(204);
        assertThat(ada.get(path).status()).isEqualTo(404);
        assertProblem(heir.post(path + "/leave", Map.of()), 409, "last-owner");
    }

    @Test
    void aRoleThatAnotherUserChangedMeanwhileIsNotChangedAgain() throws Exception {
        member("admin");
        String other = ada.get(path + "/members")
                .body()
                .path("items")
                .valueStream()
                .filter(member -> member.path("role").stringValue().equals("admin"))
                .findFirst()
                .orElseThrow()
                .path("id")
                .stringValue();
        String member = path + "/members/" + other;
        ApiClient.Reply read = ada.get(member);
        ApiClient.Reply changed = ada.patch(member, Map.of("role", "viewer"), "If-Match", read.header("ETag"));
        assertThat(changed.text("role")).isEqualTo("viewer");
        assertProblem(
                ada.patch(member, Map.of("role", "member"), "If-Match", read.header("ETag")), 412, "stale-version");
        assertThat(ada.patch(member, Map.of("role", "member"), "If-Match", changed.header("ETag"))
                        .text("role"))
                .isEqualTo("member");
    }

    @Test
    void noMoreMembersThanAllowedHoweverManyComeAtOnce() throws Exception {
        List<Callable<ApiClient.Reply>> arrivals = new ArrayList<>();
        for (int guest = 0; guest < 7; guest++) {
            String email = "guest" + unique + "-" + guest + "@example.org";
            ApiClient user = api.client().user(email);
            ada.post(path + "/invitations", Map.of("email", email, "role", "viewer"));
            String token = letterTo(email, 1);
            arrivals.add(() -> user.post("/invitations/accept", Map.of("token", token)));
        }
        List<ApiClient.Reply> replies = together(arrivals);
        assertThat(replies.stream().filter(reply -> reply.status() == 200)).hasSize(4);
        replies.stream()
                .filter(reply -> reply.status() != 200)
                .forEach(reply -> assertProblem(reply, 409, "member-limit"));
        assertThat(ada.get(path + "/usage").body().path("members").path("used").asInt())
                .isEqualTo(5);
    }

    private static String member(JsonNode members, String email) {
        return members.valueStream()
                .filter(member -> member.path("email").asString().equals(email))
                .findFirst()
                .orElseThrow()
                .path("id")
                .stringValue();
    }
}
