package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.Team.Person;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.http.ContentDisposition;
import tools.jackson.databind.JsonNode;

/** Tests links that the store itself opens, without a token of the API. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DownloadLinksIT {

    private static final String NAME = "Prüfung \"A\" – größer, 100 %+1 & ünd.html";
    private static final String PAGE = "<script>alert('grün')</script>";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private RunningApi api;
    private Team team;
    private Person ada;
    private Person grace;
    private String group;

    @BeforeAll
    void start() {
        api = RunningApi.shared();
    }

    @BeforeEach
    void aGroup() {
        team = new Team(api);
        ada = team.owner();
        grace = team.member("member");
        group = team.chat(ada, Map.of("title", "Files", "chat_type", "group", "participant_ids", List.of(grace.id())));
    }

    @Test
    void theStoreGivesTheBytesUnderTheFilesNameAndShowsNothingOfThem() throws Exception {
        String link = grace.api().get(upload(NAME, PAGE)).text("url");
        HttpResponse<byte[]> got = get(link);
        assertThat(got.statusCode()).as(text(got)).isEqualTo(200);
        assertThat(got.body()).isEqualTo(PAGE.getBytes(StandardCharsets.UTF_8));
        assertThat(got.headers().firstValue("Content-Type")).contains("application/octet-stream");
        ContentDisposition disposition = ContentDisposition.parse(
                got.headers().firstValue("Content-Disposition").orElseThrow());
        assertThat(disposition.isAttachment()).isTrue();
        assertThat(disposition.getFilename()).isEqualTo(NAME);
        String picture = grace.api().get(upload("a.bin", "GIF89a, a picture")).text("url");
        assertThat(get(picture).headers().firstValue("Content-Type")).contains("image/gif");
    }

    @Test
    void theStoreRefusesWhatWasTamperedWith() throws Exception {
        String first = grace.api().get(upload("a.txt", "mine")).text("url");
        String second = grace.api().get(upload("b.txt", "other")).text("url");
        String signature = first.substring(first.indexOf("X-Amz-Signature=") + "X-Amz-Signature=".length());
        byte[] other = HexFormat.of().parseHex(signature);
        other[0] ^= 1;
        assertThat(List.of(
                        first.replace(signature, HexFormat.of().formatHex(other)),
                        first.replace("X-Amz-Expires=300", "X-Amz-Expires=3000"),
                        first.replace("attachment", "inline"),
                        first.replace("octet-stream", "xhtml%2Bxml"),
                        path(second) + first.substring(first.indexOf('?')),
                        path(first)))
                .doesNotContain(first)
                .allSatisfy(changed -> {
                    HttpResponse<byte[]> refused = get(changed);
                    assertThat(refused.statusCode()).as(changed).isEqualTo(403);
                    assertThat(text(refused)).doesNotContain("mine", "other");
                });
        assertThat(text(get(first))).isEqualTo("mine");
    }

    @Test
    void aLinkOpensNothingOnceItHasExpired() throws Exception {
        String file = upload("a.txt", "for a moment");
        try (RunningApi brief = api.beside(Map.of("arketic.store.link-lifetime", "1s"))) {
            ApiClient.Reply reply = brief.client().as(grace.api().token()).get(file);
            Instant expires = Instant.parse(reply.text("expires_at"));
            assertThat(expires).isBefore(Instant.now().plusSeconds(2));
            HttpResponse<byte[]> got = get(reply.text("url"));
            Instant deadline = expires.plusSeconds(30);
            while (got.statusCode() == 200 && Instant.now().isBefore(deadline)) {
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
                got = get(reply.text("url"));
            }
            assertThat(got.statusCode()).isEqualTo(403);
        }
    }

    @Test
    void onlyReadersOfTheChatGetALinkAndFormerReadersGetNone() {
        String file = upload("a.txt", "among us");
        ApiClient.Reply reply = grace.api().get(file);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Cache-Control")).contains("no-store");
        Instant expires = Instant.parse(reply.text("expires_at"));
        assertThat(expires)
                .isBetween(Instant.now().plusSeconds(240), Instant.now().plusSeconds(300));
        team.member("admin").api().get(file).assertProblem(404, "not-found", null);
        new Team(api).owner().api().get(file).assertProblem(404, "not-found", null);
        api.client().get(file).assertProblem(401, "unauthenticated", null);
        JsonNode place = grace.api().get(group).body().path("participation").path("id");
        assertThat(ada.api()
                        .delete(group + "/participants/" + place.stringValue())
                        .status())
                .isEqualTo(204);
        grace.api().get(file).assertProblem(404, "not-found", null);
        assertThat(ada.api().delete(file.replace("/content/link", "")).status()).isEqualTo(204);
        ada.api().get(file).assertProblem(404, "not-found", null);
        String said = ada.api()
                .post(group + "/messages", Map.of("content", "no file", "ask", false))
                .text("id");
        ada.api().get("/messages/" + said + "/content/link").assertProblem(404, "not-found", null);
    }

    @Test
    void theOriginalOfADocumentHasOneToo() throws Exception {
        String documents = "/knowledge-bases/"
                + ada.api()
                        .post(team.path() + "/knowledge-bases", Map.of("name", "Pumps"))
                        .text("id") + "/documents";
        String document = ada.api()
                .upload(documents, Map.of("pümpe.html", PAGE))
                .body()
                .path("items")
                .get(0)
                .path("id")
                .stringValue();
        String path = documents + "/" + document + "/content/link";
        HttpResponse<byte[]> got = get(grace.api().get(path).text("url"));
        assertThat(text(got)).isEqualTo(PAGE);
        assertThat(got.headers().firstValue("Content-Type")).contains("application/octet-stream");
        assertThat(ContentDisposition.parse(
                                got.headers().firstValue("Content-Disposition").orElseThrow())
                        .getFilename())
                .isEqualTo("pümpe.html");
        new Team(api).owner().api().get(path).assertProblem(404, "not-found", null);
        grace.api().get(documents + "/" + UUID.randomUUID() + "/content/link").assertProblem(404, "not-found", null);
    }

    /** Plays one store with several names; the signed host tells which name was called. */
    @Test
    void linksAreSignedForTheAddressAtWhichClientsReachTheStore() throws Exception {
        String file = upload("a.txt", "from outside");
        String inside = grace.api().get(file).text("url");
        URI store = URI.create(inside);
        String outside = "http://localhost:" + store.getPort();
        try (RunningApi published = api.beside(Map.of("arketic.store.public-endpoint", outside))) {
            String link = published.client().as(grace.api().token()).get(file).text("url");
            assertThat(link).startsWith(outside + "/");
            assertThat(text(get(link))).isEqualTo("from outside");
            assertThat(get(link.replace(outside, "http://127.0.0.1:" + store.getPort()))
                            .statusCode())
                    .as("signed for one host")
                    .isEqualTo(403);
        }
    }

    /** Returns the path of its link. */
    private String upload(String name, String content) {
        ApiClient.Reply stored = ada.api()
                .upload(group + "/files", Map.of(name.replace("\\", "\\\\").replace("\"", "\\\""), content));
        assertThat(stored.status()).as(stored.text()).isEqualTo(201);
        JsonNode message = stored.body().path("items").get(0);
        assertThat(message.path("file").path("filename").stringValue()).isEqualTo(name);
        return "/messages/" + message.path("id").stringValue() + "/content/link";
    }

    private static String path(String link) {
        return link.substring(0, link.indexOf('?'));
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private static HttpResponse<byte[]> get(String link) throws IOException, InterruptedException {
        return HTTP.send(HttpRequest.newBuilder(URI.create(link)).build(), HttpResponse.BodyHandlers.ofByteArray());
    }
}
