package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.ApiClient.Reply;
import io.arketic.rag.Team.Person;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tests what a document tells of its past: its uses, its changes, and its former versions. */
class DocumentHistoryIT {

    private final RunningApi api = RunningApi.shared();
    private Team team;
    private Person ada;

    @BeforeEach
    void people() {
        team = new Team(api);
        ada = team.owner();
    }

    @Test
    void looksAndDownloadsAreCountedAndChangeNoDocument() {
        Person grace = team.member("member");
        String file = upload("pump.txt", "one");
        assertThat(ada.api()
                        .patch("/documents/" + file, Map.of("share_level", "organization"), "If-Match", "*")
                        .status())
                .isEqualTo(200);
        String tag = ada.api().get("/documents/" + file).header("ETag");
        grace.api().get("/documents/" + file);
        grace.api().get("/documents/" + file + "/content");
        grace.api().get("/documents/" + file + "/content", "Range", "bytes=0-0");
        grace.api().get("/documents/" + file + "/content", "Range", "bytes=1-2");
        grace.api().get("/documents/" + file + "/versions/1/content");
        Awaiting.await(
                "the counts",
                () -> api.count("select download_count from documents where id = '" + file + "'") == 3
                        && api.count("select view_count from documents where id = '" + file + "'") == 2);
        Reply seen = ada.api().get("/documents/" + file);
        assertThat(seen.header("ETag")).isEqualTo(tag);
        assertThat(seen.body().path("download_count").intValue()).isEqualTo(3);
        assertThat(seen.body().path("view_count").intValue()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void itsOwnerAndAdminsSeeWhatWasDoneToADocument() {
        Person grace = team.member("member");
        Person admin = team.member("admin");
        String file = upload("pump.txt", "one");
        upload("pump.txt", "two");
        change(file, Map.of("name", "filter.txt"));
        change(file, Map.of("description", "Of the Borealis"));
        assertThat(ada.api()
                        .put(
                                "/documents/" + file + "/shares",
                                Map.of(
                                        "shares",
                                        List.of(
                                                Map.of("user_id", grace.id(), "access_right", "edit"),
                                                Map.of("user_id", admin.id(), "access_right", "view"))))
                        .status())
                .isEqualTo(200);
        assertThat(grace.api()
                        .upload("/documents/" + file + "/versions", Map.of("any.txt", "three"))
                        .status())
                .isEqualTo(201);
        String path = "/documents/" + file + "/activity";
        JsonNode all = ada.api().get(path).body().path("items");
        assertThat(all.findValuesAsString("kind"))
                .startsWith("version")
                .endsWith("described", "renamed", "version", "created")
                .contains("shared");
        assertThat(all.get(0).path("user_id").stringValue()).isEqualTo(grace.id());
        assertThat(all.get(0).path("version_number").intValue()).isEqualTo(3);
        assertThat(all.findValuesAsString("name")).contains("filter.txt");
        assertThat(admin.api().get(path).body().path("items")).hasSize(all.size());
        grace.api().get(path).assertProblem(403, "forbidden", null);
        Reply first = ada.api().get(path + "?limit=2");
        Reply second = ada.api().get(path + "?limit=200&cursor=" + first.text("next_cursor"));
        assertThat(first.body().path("items").size()
                        + second.body().path("items").size())
                .isEqualTo(all.size());
        new Team(api).owner().api().get(path).assertProblem(404, "not-found", null);
    }

    @Test
    void twoVersionsOfATextAreComparedLineByLine() {
        String file = upload("pump.txt", "Filter\nevery ninety days\nValve\n");
        upload("pump.txt", "Filter\nevery thirty days\nValve\nSeal\n");
        String path = "/documents/" + file + "/versions/differences";
        JsonNode items = ada.api().get(path + "?from=1&to=2").body().path("items");
        assertThat(ada.api().get(path).body().path("items"))
                .as("the latest one")
                .isEqualTo(items);
        assertThat(items).hasSize(2);
        assertThat(items.get(0).path("from_line").intValue()).isEqualTo(2);
        assertThat(items.get(0).at("/removed/0").stringValue()).isEqualTo("every ninety days");
        assertThat(items.get(0).at("/added/0").stringValue()).isEqualTo("every thirty days");
        assertThat(items.get(1).at("/added/0").stringValue()).isEqualTo("Seal");
        assertThat(ada.api().get(path + "?from=2&to=2").body().path("items")).isEmpty();
        ada.api().get(path + "?from=1&to=9").assertProblem(404, "not-found", null);
        ada.api().get(path + "?from=0&to=1").assertProblem(422, "invalid-input", "from");
        upload("pump.txt", "no\0text");
        ada.api().get(path + "?from=1&to=3").assertProblem(415, "unsupported-media-type", null);
        upload("pump.txt", "x\n".repeat(10_001));
        ada.api().get(path + "?from=1&to=4").assertProblem(413, "too-large", null);
    }

    @Test
    void formerVersionsGoWhenTheOrganizationKeepsFewer() {
        String file = upload("pump.txt", "one");
        upload("pump.txt", "two");
        upload("pump.txt", "three");
        Map<String, Object> keeps = new HashMap<>(Map.of("document_versions_kept", 2));
        assertThat(ada.api()
                        .patch(team.path() + "/settings", keeps, "If-Match", "*")
                        .body()
                        .path("document_versions_kept")
                        .intValue())
                .isEqualTo(2);
        api.execute("select * from purge_retention(1000)");
        assertThat(ada.api()
                        .get("/documents/" + file + "/versions")
                        .body()
                        .path("items")
                        .findValuesAsString("version_number"))
                .containsExactly("3", "2");
        assertThat(ada.api().get("/documents/" + file + "/versions/2/content").text())
                .isEqualTo("two");
        ada.api().get("/documents/" + file + "/versions/1/content").assertProblem(404, "not-found", null);
        assertThat(api.count("select count(*) from counter_drift() where row_id = '" + team.id() + "' or row_id in ("
                        + "select id from document_blobs where organization_id = '" + team.id() + "')"))
                .isZero();
        keeps.put("keep_all_document_versions", true);
        ada.api()
                .patch(team.path() + "/settings", keeps, "If-Match", "*")
                .assertProblem(422, "invalid-input", "document_versions_kept");
        assertThat(ada.api()
                        .patch(team.path() + "/settings", Map.of("keep_all_document_versions", true), "If-Match", "*")
                        .body()
                        .path("document_versions_kept")
                        .isNull())
                .isTrue();
    }

    private String upload(String name, String text) {
        Reply uploaded = ada.api().upload(team.path() + "/documents", Map.of(name, text));
        assertThat(uploaded.status()).as(uploaded.text()).isEqualTo(201);
        return uploaded.body().path("items").get(0).path("id").stringValue();
    }

    private void change(String file, Map<String, Object> change) {
        assertThat(ada.api()
                        .patch("/documents/" + file, change, "If-Match", "*")
                        .status())
                .isEqualTo(200);
    }
}
