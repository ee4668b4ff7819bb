package io.arketic.rag;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tests captions of pictures and transcripts of sound in chats, by models and where there is none. */
class FileDescriptionsIT extends ScriptedModelUser {

    private static final String GIF = "GIF89a, and not much of a picture";
    private static final String WAV = "RIFF....WAVEfmt and not much of a sound";

    @Test
    void aPictureGetsACaptionAndSoundATranscriptFromAModel() {
        models.stubFor(post("/media/chat/completions")
                .withRequestBody(containing("data:image/gif;base64,"))
                .willReturn(aResponse()
                        .withBody("{\"choices\": [{\"message\": {\"content\": \" A blue pump. \"}}],"
                                + " \"usage\": {\"total_tokens\": 41}}")));
        models.stubFor(post("/media/audio/transcriptions")
                .withRequestBody(containing("scribe"))
                .withRequestBody(containing("not much of a sound"))
                .willReturn(aResponse().withBody("{\"text\": \"Close the valve.\"}")));
        String home = organization("extractive");
        String chat = "/chats/" + chat(home, "extractive", base(home));
        List<JsonNode> sent = send(user, chat, Map.of("pump.gif", GIF));
        assertThat(sent.get(0).path("message_type").stringValue()).isEqualTo("image");
        assertThat(sent.get(0).at("/file/description").isNull()).isTrue();
        ApiClient.Reply described = describe(user, sent.get(0));
        assertThat(described.status()).as(described.text()).isEqualTo(200);
        assertThat(described.body().at("/file/description").stringValue()).isEqualTo("A blue pump.");
        JsonNode sound = send(user, chat, Map.of("call.wav", WAV)).get(0);
        assertThat(sound.path("message_type").stringValue()).isEqualTo("audio");
        assertThat(describe(user, sound).body().at("/file/description").stringValue())
                .isEqualTo("Close the valve.");
        assertThat(user.get(chat + "/messages").body().path("items").findValuesAsString("description"))
                .containsExactlyInAnyOrder("A blue pump.", "Close the valve.");
        assertThat(api.count("select ai_requests_this_month from organizations where id = '" + home + "'"))
                .isEqualTo(2);
        // 41 are counted; of the sound, 1000 and the four of its text are estimated.
        assertThat(user.get("/organizations/" + home + "/usage").text()).contains("1045");
        ApiClient.Reply download = user.get("/messages/" + sound.path("id").stringValue() + "/content");
        assertThat(download.header("Content-Type")).isEqualTo("application/octet-stream");
        assertThat(download.header("Content-Disposition")).startsWith("attachment");

        models.stubFor(post("/media/chat/completions").willReturn(aResponse().withStatus(500)));
        assertThat(describe(user, sent.get(0)).body().at("/file/description").stringValue())
                .as("a stored one is not made and charged again")
                .isEqualTo("A blue pump.");
        again(user, sent.get(0)).assertProblem(502, "model-unavailable", null);
        assertThat(user.get("/messages/" + sent.get(0).path("id").stringValue() + "/content")
                        .status())
                .isEqualTo(200);
        api.execute("update organizations set max_ai_requests_per_month = 3 where id = '" + home + "'");
        int before = asked();
        again(user, sent.get(0)).assertProblem(429, "ai-request-limit", null);
        assertThat(asked()).as("without a request left").isEqualTo(before);
    }

    @Test
    void twoCallsAtOnceAreChargedOnceAndAReaderHasNothingDescribed() throws Exception {
        models.stubFor(post("/media/chat/completions")
                .willReturn(aResponse()
                        .withFixedDelay(1000)
                        .withBody("{\"choices\": [{\"message\": {\"content\": \"A pump.\"}}]}")));
        String home = organization("extractive");
        String chat = "/chats/" + chat(home, "extractive", base(home));
        JsonNode sent = send(user, chat, Map.of("pump.gif", GIF)).get(0);
        List<Integer> statuses = Stream.of(sent, sent)
                .map(message -> CompletableFuture.supplyAsync(
                        () -> describe(user, message).status()))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
        assertThat(statuses).containsExactlyInAnyOrder(200, 409);
        assertThat(api.count("select ai_requests_this_month from organizations where id = '" + home + "'"))
                .isEqualTo(1);
        api.execute("update chats set is_archived = true where id = '" + chat.substring("/chats/".length()) + "'");
        again(user, sent).assertProblem(409, "chat-archived", null);
    }

    @Test
    void whereNoModelDescribesAFileItIsSaid() {
        String chat = "/chats/" + chat(organization, "extractive", base);
        describe(user, send(user, chat, Map.of("a.txt", "Text")).get(0)).assertProblem(409, "conflict", null);
        ApiClient stranger = new Team(api).owner().api();
        describe(stranger, send(user, chat, Map.of("pump.gif", GIF)).get(0)).assertProblem(404, "not-found", null);

        RunningApi without = RunningApi.shared();
        Team team = new Team(without);
        ApiClient ada = team.owner().api();
        String plain = team.chat(team.owner(), Map.of("title", "Sounds", "chat_type", "group"));
        JsonNode sound = send(ada, plain, Map.of("call.wav", WAV)).get(0);
        assertThat(sound.path("message_type").stringValue()).isEqualTo("audio");
        ApiClient.Reply refused = describe(ada, sound);
        refused.assertProblem(409, "conflict", null);
        assertThat(refused.text("detail")).contains("no model");
    }

    private int asked() {
        return models.findAll(postRequestedFor(urlEqualTo("/media/chat/completions")))
                .size();
    }

    private static List<JsonNode> send(ApiClient by, String chat, Map<String, String> files) {
        ApiClient.Reply sent = by.upload(chat + "/files", files);
        assertThat(sent.status()).as(sent.text()).isEqualTo(201);
        return sent.body().path("items").valueStream().toList();
    }

    private static ApiClient.Reply again(ApiClient by, JsonNode message) {
        return by.post("/messages/" + message.path("id").stringValue() + "/description?again=true", Map.of());
    }

    private static ApiClient.Reply describe(ApiClient by, JsonNode message) {
        return by.post("/messages/" + message.path("id").stringValue() + "/description", Map.of());
    }
}
