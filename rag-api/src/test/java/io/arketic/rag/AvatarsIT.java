package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.Team.Person;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests uploaded pictures: who sees them, how they are served, and when they go. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AvatarsIT {

    private static final String OWN = "/users/me/profile/avatar";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private RunningApi api;
    private Team team;
    private Person grace;
    private Person reader;
    private String member;

    @BeforeAll
    void start() {
        api = RunningApi.shared();
    }

    @BeforeEach
    void aMemberWithAPicture() throws Exception {
        team = new Team(api);
        grace = team.member("member");
        reader = team.member("viewer");
        HttpResponse<byte[]> uploaded = upload(grace, picture());
        assertThat(uploaded.statusCode())
                .as(new String(uploaded.body(), StandardCharsets.UTF_8))
                .isEqualTo(200);
        JsonNode profile = new JsonMapper().readTree(uploaded.body());
        assertThat(profile.path("avatar_url").stringValue()).endsWith("/api/v1" + OWN);
        member = team.path() + "/members/"
                + reader.api()
                        .get(team.path() + "/members")
                        .body()
                        .path("items")
                        .valueStream()
                        .filter(one -> one.path("user_id").stringValue().equals(grace.id()))
                        .findFirst()
                        .orElseThrow()
                        .path("id")
                        .stringValue();
    }

    @Test
    void aPictureIsServedForDisplayAndNothingElseAndNotTwice() throws Exception {
        HttpResponse<byte[]> seen = get(grace, OWN);
        assertThat(seen.statusCode()).isEqualTo(200);
        assertThat(seen.headers().firstValue("Content-Type")).contains("image/jpeg");
        assertThat(seen.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(seen.headers().allValues("Content-Security-Policy")).containsExactly("default-src 'none'; sandbox");
        String tag = seen.headers().firstValue("ETag").orElseThrow();
        assertThat(get(grace, OWN, "If-None-Match", tag).statusCode()).isEqualTo(304);
        assertThat(get(reader, OWN).statusCode()).as("one's own").isEqualTo(404);
    }

    @Test
    void colleaguesSeeItWhereTheySeeTheProfile() throws Exception {
        assertThat(reader.api().get(member + "/profile").text("avatar_url")).endsWith("/api/v1" + member + "/avatar");
        assertThat(get(reader, member + "/avatar").body())
                .isEqualTo(get(grace, OWN).body());
        Person stranger = new Team(api).owner();
        assertThat(get(stranger, member + "/avatar").statusCode()).isEqualTo(404);
        assertThat(get(null, member + "/avatar").statusCode()).isEqualTo(401);
        prefer("private");
        assertThat(get(reader, member + "/avatar").statusCode()).isEqualTo(404);
        assertThat(reader.api()
                        .get(member + "/profile")
                        .body()
                        .path("avatar_url")
                        .isNull())
                .isTrue();
        prefer("organization");
        assertThat(get(reader, member + "/avatar").statusCode()).isEqualTo(200);
        team.dismiss(grace);
        assertThat(get(reader, member + "/avatar").statusCode())
                .as("a former member")
                .isEqualTo(404);
    }

    @Test
    void itGoesWithItsAddressByHandAndWithTheAccount() throws Exception {
        assertThat(grace.api()
                        .patch("/users/me/profile", Map.of("bio", "Compiles."), "If-Match", "*")
                        .status())
                .isEqualTo(200);
        assertThat(get(grace, OWN).statusCode()).as("after another change").isEqualTo(200);
        assertThat(grace.api().delete(OWN).status()).isEqualTo(204);
        assertThat(grace.api().delete(OWN).status()).as("repeated").isEqualTo(204);
        assertThat(get(grace, OWN).statusCode()).isEqualTo(404);
        assertThat(grace.api()
                        .get("/users/me/profile")
                        .body()
                        .path("avatar_url")
                        .isNull())
                .isTrue();
        upload(grace, picture());
        grace.api().patch("/users/me/profile", Map.of("avatar_url", "https://example.org/g.png"), "If-Match", "*");
        assertThat(get(grace, OWN).statusCode()).as("another address").isEqualTo(404);
        upload(grace, picture());
        assertThat(grace.api().get("/users/me/export").text()).contains("\"user_avatars\":[{");
        api.execute("delete from users where id = '" + grace.id() + "'");
        assertThat(api.count("select count(*) from user_avatars where user_id = '" + grace.id() + "'"))
                .isZero();
    }

    @Test
    void whatIsNoPictureIsRefusedWithItsField() throws Exception {
        grace.api()
                .upload(OWN, Map.of("evil.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>"))
                .assertProblem(422, "invalid-input", "files");
        grace.api().upload(OWN, Map.of()).assertProblem(422, "invalid-input", "files");
        assertThat(upload(grace, new byte[6 * 1024 * 1024]).statusCode()).isEqualTo(413);
        assertThat(get(grace, OWN).statusCode()).as("the one before").isEqualTo(200);
    }

    private void prefer(String visibility) {
        assertThat(grace.api()
                        .patch("/users/me/preferences", Map.of("profile_visibility", visibility), "If-Match", "*")
                        .status())
                .isEqualTo(200);
    }

    private static byte[] picture() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(300, 500, BufferedImage.TYPE_INT_RGB), "png", out);
        return out.toByteArray();
    }

    private HttpResponse<byte[]> upload(Person by, byte[] file) throws Exception {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(("--part\r\nContent-Disposition: form-data; name=\"files\"; filename=\"p.png\"\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        body.writeBytes(file);
        body.writeBytes("\r\n--part--\r\n".getBytes(StandardCharsets.US_ASCII));
        return HTTP.send(
                request(by, OWN)
                        .header("Content-Type", "multipart/form-data; boundary=part")
                        .POST(BodyPublishers.ofByteArray(body.toByteArray()))
                        .build(),
                BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> get(@Nullable Person by, String path, String... headers) throws Exception {
        HttpRequest.Builder request = request(by, path);
        return HTTP.send(
                (headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofByteArray());
    }

    private HttpRequest.Builder request(@Nullable Person by, String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + "/api/v1" + path));
        return by == null
                ? request
                : request.header("Authorization", "Bearer " + by.api().token());
    }
}
