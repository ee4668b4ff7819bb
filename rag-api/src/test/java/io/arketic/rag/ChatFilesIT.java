package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.Team.Person;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Tests files and images in chats, over a real store. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChatFilesIT {

    private static final String CHATS = RunningApi.BUCKET + "-chats";
    private static final String GIF = "GIF89a, and not much of a picture";

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
        group = team.chat(
                ada, Map.of("title", "Pictures", "chat_type", "group", "participant_ids", List.of(grace.id())));
    }

    @Test
    void aFileIsAMessageThatTheOthersDownload() {
        JsonNode stored = upload(ada, Map.of("../../a report.txt", "Forty litres a minute"))
                .body()
                .path("items")
                .get(0);
        assertThat(stored.path("message_type").stringValue()).isEqualTo("file");
        assertThat(stored.path("content").stringValue()).isEqualTo("a report.txt");
        assertThat(stored.path("file").path("file_size").asInt()).isEqualTo(21);
        String content = "/messages/" + stored.path("id").stringValue() + "/content";
        assertThat(stored.path("file").path("content_url").stringValue()).isEqualTo("/api/v1" + content);
        ApiClient.Reply download = grace.api().get(content);
        assertThat(download.text()).isEqualTo("Forty litres a minute");
        assertThat(download.header("Content-Disposition")).startsWith("attachment");
        assertThat(grace.api()
                        .get(group + "/messages")
                        .body()
                        .path("items")
                        .get(0)
                        .path("file"))
                .isEqualTo(stored.path("file"));
        team.member("member").api().get(content).assertProblem(404, "not-found", null);
        assertThat(used()).isEqualTo(21);
        assertThat(keys(CHATS)).anyMatch(key -> key.endsWith(stored.path("id").stringValue()));
        assertThat(keys(RunningApi.BUCKET))
                .as("what the ingest job looks at")
                .noneMatch(key -> key.contains(stored.path("id").stringValue()));
    }

    @Test
    void onlyWhatIsAPictureIsShownAsOne() {
        JsonNode picture =
                upload(ada, Map.of("pump.bin", GIF)).body().path("items").get(0);
        assertThat(picture.path("message_type").stringValue()).isEqualTo("image");
        ApiClient.Reply shown = ada.api().get("/messages/" + picture.path("id").stringValue() + "/content");
        assertThat(shown.header("Content-Type")).isEqualTo("image/gif");
        assertThat(shown.header("Content-Disposition")).startsWith("inline");
        JsonNode page = upload(ada, Map.of("pump.png", "<script>alert(1)</script>"))
                .body()
                .path("items")
                .get(0);
        assertThat(page.path("message_type").stringValue()).isEqualTo("file");
        ApiClient.Reply saved = ada.api().get("/messages/" + page.path("id").stringValue() + "/content");
        assertThat(saved.header("Content-Type")).isEqualTo("application/octet-stream");
        assertThat(saved.header("Content-Security-Policy")).contains("sandbox");
    }

    @Test
    void aParticipantWithoutTheRightCannotPutFiles() {
        JsonNode place = grace.api().get(group).body().path("participation").path("id");
        ada.api()
                .patch(
                        group + "/participants/" + place.stringValue(),
                        Map.of("can_upload_files", false),
                        "If-Match",
                        "*");
        upload(grace, Map.of("a.txt", "a")).assertProblem(403, "forbidden", null);
        ada.api().post(group + "/files", Map.of()).assertProblem(415, "unsupported-media-type", null);
    }

    @Test
    void whatIsOverTheLimitIsRefusedAndLeavesNothing() {
        api.execute("update organizations set max_storage_gb = 0 where id = '"
                + team.path().substring("/organizations/".length()) + "'");
        upload(ada, Map.of("a.txt", "too much")).assertProblem(413, "storage-limit", null);
        assertThat(ada.api().get(group + "/messages").body().path("items")).isEmpty();
        api.execute("update removed_objects set remove_after = now()");
        awaitNoObject();
    }

    @Test
    void aDeletedFileIsGoneFromTheStoreWhicheverWayItWent() {
        String message = upload(ada, Map.of("a.txt", "first"))
                .body()
                .path("items")
                .get(0)
                .path("id")
                .stringValue();
        upload(ada, Map.of("b.txt", "second"));
        assertThat(ada.api().delete("/messages/" + message).status()).isEqualTo(204);
        assertThat(used()).isEqualTo(6);
        ada.api().get("/messages/" + message + "/content").assertProblem(404, "not-found", null);
        assertThat(ada.api().delete(group).status()).isEqualTo(204);
        assertThat(used()).isZero();
        awaitNoObject();
    }

    private ApiClient.Reply upload(Person person, Map<String, String> files) {
        return person.api().upload(group + "/files", files);
    }

    private long used() {
        return ada.api()
                .get(team.path() + "/usage")
                .body()
                .path("storage_bytes")
                .path("used")
                .asLong();
    }

    private void awaitNoObject() {
        String organization = team.path().substring("/organizations/".length());
        Instant deadline = Instant.now().plus(Duration.ofSeconds(90));
        while (keys(CHATS).stream().anyMatch(key -> key.startsWith(organization))) {
            assertThat(Instant.now()).as("objects are still there").isBefore(deadline);
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        }
    }

    private static List<String> keys(String bucket) {
        return StoredKeys.of(bucket, "");
    }
}
