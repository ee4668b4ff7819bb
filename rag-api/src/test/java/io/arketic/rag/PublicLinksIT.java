package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.ApiClient.Reply;
import io.arketic.rag.Team.Person;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a public link, and a document that is not shown, mean to others: guessing networks, admins, users that want its name. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PublicLinksIT {

    private static final String PASSWORD = "purple anchors drift";
    private static final int GUESSING_NETWORKS = 20;
    private static final int TRIES_OF_ONE = 10;

    private RunningApi api;
    private Team team;
    private Person admin;
    private Person ada;
    private Person grace;
    private String drive;

    @BeforeAll
    void start() {
        api = RunningApi.shared();
    }

    @BeforeEach
    void aTeam() {
        team = new Team(api);
        admin = team.owner();
        ada = team.member("member");
        grace = team.member("member");
        drive = team.path() + "/documents";
    }

    @AfterEach
    void forgetAttempts() {
        api.execute("delete from attempts");
    }

    @Test
    void networksThatGuessAPasswordKeepNeitherANewNetworkOutNorAKnownOne() throws IOException {
        String url = link(upload(ada, "a.txt", ""), Map.of("password", PASSWORD));
        assertThat(download(url, 1, PASSWORD)).isEqualTo(200);
        List<Integer> statuses = new ArrayList<>();
        for (int network = 2; network < 2 + GUESSING_NETWORKS; network++) {
            for (int guess = 0; guess < TRIES_OF_ONE; guess++) {
                statuses.add(download(url, network, "guess number " + guess));
            }
        }
        assertThat(statuses).contains(429).doesNotContain(200);
        assertThat(download(url, 2, PASSWORD)).as("a network that has guessed").isEqualTo(429);
        assertThat(download(url, 100, PASSWORD)).as("a new network").isEqualTo(200);
        assertThat(List.of(
                        download(url, 101, "a slip of the hand"),
                        download(url, 101, "another slip"),
                        download(url, 101, PASSWORD)))
                .as("a new network that types the password wrongly at first")
                .containsExactly(403, 403, 200);
        assertThat(download(url, 1, "a slip of the hand")).isEqualTo(403);
        assertThat(download(url, 1, PASSWORD))
                .as("a network that has opened it")
                .isEqualTo(200);
    }

    @Test
    void aNetworkThatTriesAPasswordSeveralTimesAtOnceCountsAsOneNewNetwork() throws Exception {
        String url = link(upload(ada, "at-once.txt", ""), Map.of("password", PASSWORD));
        ExecutorService tries = Executors.newFixedThreadPool(TRIES_OF_ONE);
        try {
            for (int network = 2; network < 10; network++) {
                int from = network;
                tries.invokeAll(Collections.nCopies(TRIES_OF_ONE, () -> download(url, from, "a guess")));
            }
        } finally {
            tries.shutdown();
        }
        assertThat(download(url, 100, PASSWORD)).as("a new network").isEqualTo(200);
    }

    @Test
    void oneNetworkGuessesThePasswordsOfManyLinksAsSeldomAsOfOne() throws IOException {
        String file = upload(ada, "many.txt", "");
        int refused = 0;
        for (int links = 0; links < 5; links++) {
            String url = link(file, Map.of("password", PASSWORD));
            for (int guess = 0; guess < TRIES_OF_ONE - 1; guess++) {
                refused += download(url, 1, "guess number " + guess) == 429 ? 1 : 0;
            }
        }
        assertThat(refused).isPositive();
    }

    @Test
    void anAdminRevokesTheLinkOfAnyMember() {
        String file = upload(ada, "layoffs.txt", "");
        String url = link(file, Map.of());
        String links = team.path() + "/public-links";
        assertThat(admin.api().get("/documents/" + file).status()).isEqualTo(404);
        Reply listed = admin.api().get(links);
        assertThat(listed.body().path("items").findValuesAsString("document_id"))
                .containsExactly(file);
        assertThat(listed.text()).doesNotContain("layoffs");
        String id = listed.body().path("items").get(0).path("id").stringValue();

        ada.api().get(links).assertProblem(403, "forbidden", null);
        grace.api().delete(links + "/" + id).assertProblem(403, "forbidden", null);
        Team others = new Team(api);
        assertThat(others.owner().api().get(links).status()).isEqualTo(404);
        assertThat(others.owner()
                        .api()
                        .delete(others.path() + "/public-links/" + id)
                        .status())
                .isEqualTo(404);
        assertThat(api.client().get(url).status()).isEqualTo(200);

        assertThat(admin.api().delete(links + "/" + id).status()).isEqualTo(204);
        assertThat(admin.api().delete(links + "/" + id).status()).isEqualTo(204);
        assertThat(api.client().get(url).status()).isEqualTo(404);
        assertThat(admin.api().get(links).body().path("items")).isEmpty();
        assertThat(admin.api().delete(links + "/" + UUID.randomUUID()).status()).isEqualTo(404);
    }

    @Test
    void aNameOfADocumentThatIsNotShownIsTakenAndTellsNoMore() {
        String level = "?share_level=organization";
        for (String name : List.of("plan.txt", "plan (2).txt")) {
            String hidden = upload(ada, name, level);
            Map<String, Object> herself = Map.of("user_id", ada.id(), "access_right", "share");
            assertThat(ada.api()
                            .put("/documents/" + hidden + "/shares", Map.of("shares", List.of(herself)))
                            .status())
                    .isEqualTo(200);
            assertThat(grace.api().get("/documents/" + hidden).status()).isEqualTo(404);
        }
        String mine = upload(grace, "mine.txt", level);
        for (Reply refused : List.of(
                grace.api().upload(drive + level, Map.of("plan.txt", "hers")),
                grace.api().post(drive + "/folders", Map.of("name", "plan.txt", "share_level", "organization")),
                grace.api().patch("/documents/" + mine, Map.of("name", "plan.txt"), "If-Match", "*"))) {
            refused.assertProblem(409, "name-taken", "name");
            assertThat(refused.text()).contains("plan (3).txt").doesNotContain(ada.id());
        }
        assertThat(grace.api()
                        .upload(drive + level, Map.of("plan (3).txt", "hers"))
                        .status())
                .isEqualTo(201);
    }

    @Test
    void aDownloadThatDoesNotBeginCostsNone() throws IOException {
        String file = upload(ada, "last.txt", "");
        String url = link(file, Map.of("max_downloads", 1));
        api.execute("update documents set file_path = file_path || '.away' where id = '" + file + "'");
        assertThat(download(url, 1, PASSWORD)).isNotEqualTo(200);
        api.execute("update documents set file_path = replace(file_path, '.away', '') where id = '" + file + "'");
        assertThat(download(url, 1, PASSWORD)).isEqualTo(200);
        assertThat(download(url, 1, PASSWORD)).isEqualTo(404);
    }

    @Test
    void aLinkToAFolderOpensWhatItsMakerCouldShareInIt() throws IOException {
        String folder = folder("Films", null);
        String inner = folder("Inner", folder);
        String mine = upload(ada, "a.txt", "?parent_id=" + folder);
        String deep = upload(ada, "deep.txt", "?parent_id=" + inner);
        String hers = upload(grace, "hers.txt", "?parent_id=" + folder);
        String outside = upload(ada, "outside.txt", "?share_level=organization");
        String other = folder("Other", null);
        String url = link(folder, Map.of("password", PASSWORD, "max_downloads", 3));
        String link = url.substring(0, url.lastIndexOf('/'));
        Reply seen = api.client().get(link);
        assertThat(seen.body().path("is_folder").asBoolean()).isTrue();
        assertThat(seen.text("name")).isEqualTo("Films");
        api.client().get(link + "/entries").assertProblem(403, "wrong-password", null);
        assertThat(names(link + "/entries")).containsExactlyInAnyOrder("Inner", "a.txt");
        assertThat(names(link + "/entries?parent_id=" + inner)).containsExactly("deep.txt");
        Reply page = opened(link + "/entries?limit=1");
        assertThat(names(link + "/entries?limit=1&cursor=" + page.text("next_cursor")))
                .hasSize(1)
                .doesNotContainAnyElementsOf(page.body().path("items").findValuesAsString("name"));
        for (String closed : List.of(hers, outside, folder, UUID.randomUUID().toString())) {
            opened(link + "/entries/" + closed + "/content").assertProblem(404, "not-found", null);
        }
        opened(link + "/entries?parent_id=" + other).assertProblem(404, "not-found", null);
        opened(link + "/content").assertProblem(409, "conflict", null);

        assertThat(opened(link + "/entries/" + deep + "/content").text()).isEqualTo("deep.txt");
        assertThat(archive(url)).containsExactlyInAnyOrder("Inner/", "Inner/deep.txt", "a.txt");
        ada.api().delete("/documents/" + inner);
        assertThat(names(link + "/entries")).containsExactly("a.txt");
        opened(link + "/entries?parent_id=" + inner).assertProblem(404, "not-found", null);
        opened(link + "/entries/" + deep + "/content").assertProblem(404, "not-found", null);
        assertThat(opened(link + "/entries/" + mine + "/content").status()).isEqualTo(200);
        assertThat(opened(link + "/entries").status()).as("no download is left").isEqualTo(404);

        String again = link(other, Map.of());
        String entries = again.substring(0, again.lastIndexOf('/')) + "/entries";
        assertThat(opened(entries).status()).isEqualTo(200);
        assertThat(ada.api().delete("/documents/" + other).status()).isEqualTo(204);
        assertThat(opened(entries).status()).as("in the trash").isEqualTo(404);
        ada.api().post("/documents/" + other + "/restore", Map.of());
        assertThat(opened(entries).status()).isEqualTo(200);
        String id = ada.api()
                .get("/documents/" + other + "/public-links")
                .body()
                .path("items")
                .path(0)
                .path("id")
                .stringValue();
        ada.api().delete("/documents/" + other + "/public-links/" + id);
        assertThat(opened(entries).status()).as("revoked").isEqualTo(404);
        assertThat(opened(again).status()).isEqualTo(404);
    }

    private Reply opened(String url) {
        return api.client().get(url, "X-Link-Password", PASSWORD);
    }

    private List<String> names(String url) {
        return opened(url).body().path("items").findValuesAsString("name");
    }

    private String folder(String name, String parent) {
        Map<String, Object> folder = parent == null
                ? Map.of("name", name, "share_level", "organization")
                : Map.of("name", name, "parent_id", parent);
        return ada.api().post(drive + "/folders", folder).text("id");
    }

    private static List<String> archive(String url) throws IOException {
        URLConnection connection = URI.create(url).toURL().openConnection();
        connection.setRequestProperty("X-Link-Password", PASSWORD);
        List<String> paths = new ArrayList<>();
        try (ZipInputStream zip = new ZipInputStream(connection.getInputStream())) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                paths.add(entry.getName());
            }
        }
        return paths;
    }

    private String link(String file, Map<String, Object> terms) {
        Reply made = ada.api().post("/documents/" + file + "/public-links", terms);
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return made.text("url");
    }

    private String upload(Person by, String name, String query) {
        Reply stored = by.api().upload(drive + query, Map.of(name, name));
        assertThat(stored.status()).as(stored.text()).isEqualTo(201);
        return stored.body().path("items").get(0).path("id").stringValue();
    }

    /** The status, as a user of this network of the loopback range gets it. */
    private int download(String url, int network, String password) throws IOException {
        InetAddress from = InetAddress.getByAddress(new byte[] {127, 0, 7, (byte) network});
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.port(), from, 0)) {
            socket.setSoTimeout(60_000);
            String request = "GET " + url.substring(url.indexOf("/api/")) + " HTTP/1.1\r\nHost: localhost\r\n"
                    + "X-Link-Password: " + password + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return Integer.parseInt(answer.split(" ")[1]);
        }
    }
}
