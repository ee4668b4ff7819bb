package io.arketic.benchmarks;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WorkspaceTest {

    private static final UUID BASE = UUID.fromString("00000000-0000-7000-8000-000000000001");
    private static final String PATH = "/api/v1/knowledge-bases/" + BASE;

    private final WireMockServer api =
            new WireMockServer(options().dynamicPort().bindAddress("127.0.0.1"));
    private Workspace workspace;

    @BeforeEach
    void start() throws Exception {
        api.start();
        api.stubFor(post(urlEqualTo("/api/v1/auth/register"))
                .willReturn(okJson("{\"id\": \"x\"}").withStatus(201)));
        api.stubFor(post(urlEqualTo("/api/v1/auth/login")).willReturn(okJson("{\"access_token\": \"first\"}")));
        ApiClient client = new ApiClient(URI.create(api.baseUrl()));
        client.register("someone@bench.invalid", "password of someone");
        workspace = new Workspace(client, UUID.randomUUID(), "bench", BASE);
    }

    @AfterEach
    void stop() {
        api.stop();
    }

    @Test
    void keyIsWhereTheBucketKeepsFilesOfTheKnowledgeBase() {
        assertThat(workspace.key("a.txt")).isEqualTo("bench/" + BASE + "/a.txt");
    }

    @Test
    void readsTheChunksOfAllPagesOfAllDocuments() throws Exception {
        answer("/documents?limit=200", "{\"items\": [{\"id\": \"d1\"}], \"next_cursor\": \"c\"}");
        answer("/documents?limit=200&cursor=c", "{\"items\": [{\"id\": \"d2\"}], \"next_cursor\": null}");
        answer("/documents/d1/chunks?limit=500", "{\"items\": [{\"content\": \"one\"}], \"next_cursor\": \"0\"}");
        answer("/documents/d1/chunks?limit=500&cursor=0", "{\"items\": [{\"content\": \"two\"}]}");
        answer("/documents/d2/chunks?limit=500", "{\"items\": [{\"content\": \"three\"}]}");
        assertThat(workspace.chunks()).containsExactly("one", "two", "three");
    }

    @Test
    void logsInAgainWhenTheTokenHasExpired() throws Exception {
        api.stubFor(get(urlEqualTo(PATH + "/ingestion"))
                .inScenario("expiry")
                .whenScenarioStateIs(Scenario.STARTED)
                .willSetStateTo("expired")
                .willReturn(aResponse().withStatus(401)));
        api.stubFor(get(urlEqualTo(PATH + "/ingestion"))
                .inScenario("expiry")
                .whenScenarioStateIs("expired")
                .willReturn(okJson("{\"terminal\": 3, \"failures\": []}")));
        api.stubFor(post(urlEqualTo("/api/v1/auth/login")).willReturn(okJson("{\"access_token\": \"second\"}")));
        workspace.awaitEnd(3, Duration.ofSeconds(30));
        api.verify(
                getRequestedFor(urlEqualTo(PATH + "/ingestion")).withHeader("Authorization", equalTo("Bearer second")));
    }

    @Test
    void filesThatFailOrNeverEndAreNoMeasurement() {
        answer("/ingestion", "{\"terminal\": 3, \"failures\": [{\"reason\": \"encrypted\", \"count\": 1}]}");
        assertThatIOException()
                .isThrownBy(() -> workspace.awaitEnd(3, Duration.ofSeconds(30)))
                .withMessageContaining("encrypted");
        answer("/ingestion", "{\"terminal\": 2, \"failures\": []}");
        assertThatIOException()
                .isThrownBy(() -> workspace.awaitEnd(3, Duration.ZERO))
                .withMessageContaining("not all of 3 files");
    }

    @Test
    void countsTheFilesThatFailWhereSomeMay() throws Exception {
        answer("/ingestion", """
                {"terminal": 3, "failures": [{"reason": "ENCRYPTED", "count": 1}, {"reason": "CORRUPT", "count": 1}]}""");
        assertThat(workspace.awaitEndOfAll(3, Duration.ofSeconds(30))).isEqualTo(2);
        assertThatIOException()
                .isThrownBy(() -> workspace.awaitEndOfAll(4, Duration.ZERO))
                .withMessageContaining("not all of 4 files");
    }

    @Test
    void readsTheTextsOfCompletedDocumentsToTheirEnds() throws Exception {
        answer("/documents?limit=200", """
                {"items": [{"id": "d1", "status": "completed"}, {"id": "d2", "status": "failed"}]}""");
        answer("/documents/d1/text?offset=0", "{\"text\": \"one \", \"next_offset\": 4}");
        answer("/documents/d1/text?offset=4", "{\"text\": \"two\", \"next_offset\": null}");
        assertThat(workspace.texts()).containsExactly("one two");
    }

    private void answer(String path, String body) {
        api.stubFor(get(urlEqualTo(PATH + path)).willReturn(okJson(body)));
    }
}
