package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tests that a citation's link opens in a browser, never beyond its asker's rights at that moment. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CitationLinkIT {

    private static final String TEXT = "The filter of the Borealis pump is changed every ninety days.";

    private RunningApi api;
    private ApiClient anonymous;
    private Team team;
    private String base;
    private String document;

    @BeforeAll
    void start() throws Exception {
        api = RunningApi.shared();
        anonymous = api.client();
        team = new Team(api);
        ApiClient owner = team.owner().api();
        base = owner.post(team.path() + "/knowledge-bases", Map.of("name", "Pumps"))
                .text("id");
        document = IndexedText.put(api, owner, base, "pump.txt", TEXT);
        owner.patch(team.path() + "/settings", Map.of("enable_api_access", true), "If-Match", "*");
    }

    @Test
    void itOpensWithoutATokenForEveryHostOfTheQuestion() {
        ApiClient elsewhere = new ApiClient(
                "http://localhost:" + api.port(), team.owner().api().token());
        String link = link(elsewhere);
        assertThat(link).startsWith("http://127.0.0.1:" + api.port() + "/");
        ApiClient.Reply original = anonymous.get(link);
        assertThat(original.text()).isEqualTo(TEXT);
        assertThat(original.header("Content-Disposition")).contains("attachment");
        assertThat(original.header("Cache-Control")).contains("no-store");
    }

    @Test
    void whatIsForgedOpensNothingAndALinkIsNoToken() {
        String link = link(team.owner().api());
        String token = link.substring(link.lastIndexOf('/') + 1);
        anonymous.as(token).get("/auth/me").assertProblem(401, "unauthenticated", null);
        String[] parts = token.split("\\.");
        for (String forged : List.of(
                "x",
                token + "x",
                parts[0] + "." + parts[1] + ".",
                parts[0] + "." + parts[1].substring(1) + "." + parts[2],
                team.owner().api().token())) {
            anonymous.get("/links/" + forged).assertProblem(404, "not-found", null);
        }
    }

    @Test
    void aBrowserGetsAPageForAnInvalidLink() throws Exception {
        HttpResponse<String> page = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(api.client().address() + "/api/v1/links/x"))
                                .header("Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8")
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(page.statusCode()).isEqualTo(404);
        assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html;charset=UTF-8");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'");
        assertThat(page.body()).contains("<h1>This link has expired or no longer works</h1>");
    }

    @Test
    void itEndsWithItsSessionAndWithTheAskersMembership() {
        Team.Person member = team.member("member");
        String link = link(member.api());
        assertThat(anonymous.get(link).status()).isEqualTo(200);
        team.dismiss(member);
        anonymous.get(link).assertProblem(404, "not-found", null);
        team.give(member, "viewer");
        assertThat(anonymous.get(link).status()).isEqualTo(200);
        assertThat(member.api().post("/auth/logout", "").status()).isEqualTo(204);
        anonymous.get(link).assertProblem(404, "not-found", null);
    }

    @Test
    void itEndsWithItsKeyAndReachesNoFurtherThanTheKey() {
        ApiClient.Reply key = key(List.of("read", "chat"));
        String link = link(anonymous.as(key.text("key")));
        assertThat(anonymous.get(link).text()).isEqualTo(TEXT);
        team.owner().api().patch(team.path() + "/settings", Map.of("enable_api_access", false), "If-Match", "*");
        anonymous.get(link).assertProblem(404, "not-found", null);
        team.owner().api().patch(team.path() + "/settings", Map.of("enable_api_access", true), "If-Match", "*");
        assertThat(team.owner()
                        .api()
                        .delete(team.path() + "/api-keys/" + key.text("id"))
                        .status())
                .isEqualTo(204);
        anonymous.get(link).assertProblem(404, "not-found", null);
        String asksOnly = link(anonymous.as(key(List.of("chat")).text("key")));
        anonymous.get(asksOnly).assertProblem(403, "forbidden", null);
    }

    @Test
    void itEndsWithItsDocument() throws Exception {
        ApiClient owner = team.owner().api();
        String other = owner.post(team.path() + "/knowledge-bases", Map.of("name", "Gone"))
                .text("id");
        String gone = IndexedText.put(api, owner, other, "gone.txt", TEXT);
        String link = link(owner, other);
        assertThat(anonymous.get(link).status()).isEqualTo(200);
        assertThat(owner.delete("/knowledge-bases/" + other + "/documents/" + gone)
                        .status())
                .isEqualTo(204);
        assertThat(anonymous.get(link).status()).isIn(404, 503);
        assertThat(owner.delete("/knowledge-bases/" + other).status()).isBetween(200, 299);
        anonymous.get(link).assertProblem(404, "not-found", null);
        assertThat(document).isNotEqualTo(gone);
    }

    private String link(ApiClient asker) {
        return link(asker, base);
    }

    private static String link(ApiClient asker, String base) {
        ApiClient.Reply reply = asker.post(
                asker.address() + "/v1/chat/completions",
                Map.of(
                        "model",
                        "kb:" + base,
                        "messages",
                        List.of(Map.of("role", "user", "content", "How often is the filter of the pump changed?"))));
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.body()
                .path("choices")
                .path(0)
                .path("message")
                .path("annotations")
                .path(0)
                .path("url_citation")
                .path("url")
                .stringValue()
                .replaceAll("#.*", "");
    }

    private ApiClient.Reply key(List<String> scopes) {
        return team.owner()
                .api()
                .post(team.path() + "/api-keys", Map.of("name", "k" + UUID.randomUUID(), "scopes", scopes));
    }
}
