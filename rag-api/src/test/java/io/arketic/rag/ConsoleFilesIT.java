package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tests what is served beside the API, and the cookies of a browser's session. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsoleFilesIT {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String SESSION = "/api/v1/auth/browser-session";

    private RunningApi api;
    private String root;
    private String login;

    @BeforeAll
    void start() {
        api = RunningApi.shared();
        root = "http://127.0.0.1:" + api.port();
        String email = "cookie-" + UUID.randomUUID() + "@example.org";
        api.client().user(email);
        login = "{\"email\":\"" + email + "\",\"password\":\"a good password\"}";
    }

    @Test
    void everyPageOfTheConsoleIsServedUnderAPolicyThatRunsNothingElse() {
        for (String path : new String[] {"/", "/sign-in", "/o/acme/knowledge/1", "/o/%2e%2e/x"}) {
            HttpResponse<String> page = get(path, Map.of());
            assertThat(page.statusCode()).as(path).isEqualTo(200);
            assertThat(page.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/html");
            assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                    .contains("default-src 'none'", "script-src 'self'", "require-trusted-types-for 'script'")
                    .doesNotContain("unsafe-inline")
                    .doesNotContain("'unsafe-eval'");
            assertThat(page.body()).doesNotContain("<script>").doesNotContain(" on");
        }
    }

    @Test
    void theFilesThatThePageNamesAreKeptForGoodAndCompressed() {
        Matcher names = Pattern.compile("\"(/console/assets/[^\"]+)\"")
                .matcher(get("/", Map.of()).body());
        int files = 0;
        while (names.find()) {
            HttpResponse<String> file = get(names.group(1), Map.of("Accept-Encoding", "gzip"));
            assertThat(file.statusCode()).isEqualTo(200);
            assertThat(file.headers().firstValue("Content-Encoding").orElseThrow())
                    .isEqualTo("gzip");
            assertThat(file.headers().firstValue("Cache-Control").orElseThrow()).contains("immutable");
            files++;
        }
        assertThat(files).isEqualTo(3);
    }

    @Test
    void aFileIsCompressedOnlyWhereThatIsTaken() {
        for (String refused : List.of("identity", "gzip;q=0", "br, gzip; q=0.0", "xgzip")) {
            assertThat(get("/", Map.of("Accept-Encoding", refused)).headers().firstValue("Content-Encoding"))
                    .as(refused)
                    .isEmpty();
        }
        assertThat(get("/", Map.of("Accept-Encoding", "br, gzip;q=0.5"))
                        .headers()
                        .firstValue("Content-Encoding"))
                .hasValue("gzip");
    }

    @Test
    void anAddressOfTheApiIsNeverAPage() {
        for (String path : new String[] {
            "/api/v1/nothing",
            "/v1/nothing",
            "/console/assets/nothing.js",
            "/console/../application.yaml",
            "/console/assets/..",
            "/nothing",
            "/ox"
        }) {
            HttpResponse<String> reply = get(path, Map.of("Accept", "text/html"));
            assertThat(reply.statusCode()).as(path).isBetween(400, 499);
            assertThat(reply.body()).doesNotContain("<div id=\"console\">");
        }
        assertThat(request("POST", "/o/acme/ask", Map.of(), "").statusCode()).isBetween(400, 499);
    }

    @Test
    void theRefreshTokenLiesInACookieThatOnlyItsOwnPagesSend() {
        HttpResponse<String> opened = send("POST", "", Map.of("Sec-Fetch-Site", "same-origin"), login);
        assertThat(opened.statusCode()).as(opened.body()).isEqualTo(200);
        assertThat(opened.body()).contains("access_token").doesNotContain("refresh_token");
        String set = opened.headers().allValues("Set-Cookie").stream()
                .filter(cookie -> cookie.startsWith("arketic_refresh="))
                .findFirst()
                .orElseThrow();
        assertThat(set).contains("HttpOnly", "SameSite=Strict", "Path=" + SESSION);
        String cookie = set.substring(0, set.indexOf(';'));

        HttpResponse<String> refreshed = send("POST", "/refresh", Map.of("Cookie", cookie), "");
        assertThat(refreshed.statusCode()).as(refreshed.body()).isEqualTo(200);
        String next = refreshed.headers().allValues("Set-Cookie").get(0).replaceAll(";.*", "");
        assertThat(next).isNotEqualTo(cookie);

        assertThat(send("DELETE", "", Map.of("Cookie", next), "").statusCode()).isEqualTo(204);
        HttpResponse<String> over = send("POST", "/refresh", Map.of("Cookie", next), "");
        assertThat(over.statusCode()).isEqualTo(401);
        assertThat(over.body()).contains("refresh-token-invalid");
        assertThat(send("POST", "/refresh", Map.of(), "").statusCode()).isEqualTo(401);
    }

    @Test
    void theNextSessionOfABrowserEndsTheLastAndARefusalItsCookie() {
        String first = cookie(send("POST", "", Map.of(), login));
        assertThat(send("POST", "", Map.of("Cookie", first), login).statusCode())
                .isEqualTo(200);
        HttpResponse<String> refused = send("POST", "/refresh", Map.of("Cookie", first), "");
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().allValues("Set-Cookie"))
                .anyMatch(set -> set.startsWith("arketic_refresh=;") && set.contains("Max-Age=0"));
    }

    @Test
    void offTheLoopbackTheCookiesAreForHttpsAndThisHostAlone() throws IOException {
        for (String host : List.of("localhost", "127.0.0.1:" + api.port(), "[::1]")) {
            assertThat(cookiesOf(host)).as(host).contains("arketic_refresh=").doesNotContain("Secure");
        }
        for (String host :
                List.of("arketic.example.org", "10.0.0.5", "127.0.0.1.example.org", "localhost.example.org")) {
            assertThat(cookiesOf(host))
                    .as(host)
                    .containsPattern("__Host-arketic_refresh=[^;]+; Path=/; .*Secure")
                    .doesNotContain("Domain");
        }
    }

    /** Opens a session as if at {@code host}, which no client of the JDK lets a caller name. */
    private String cookiesOf(String host) throws IOException {
        byte[] body = login.getBytes(StandardCharsets.UTF_8);
        try (Socket socket = new Socket("127.0.0.1", api.port())) {
            String head = "POST " + SESSION + " HTTP/1.1\r\nHost: " + host
                    + "\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: " + body.length
                    + "\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(body);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith("Set-Cookie:"))
                    .collect(Collectors.joining("\n"));
        }
    }

    private static String cookie(HttpResponse<String> opened) {
        return opened.headers().allValues("Set-Cookie").get(0).replaceAll(";.*", "");
    }

    @Test
    void pagesOfOtherOriginsOpenContinueAndEndNoSession() {
        for (Map<String, String> foreign : List.of(
                Map.of("Sec-Fetch-Site", "cross-site"),
                Map.of("Sec-Fetch-Site", "same-site"),
                Map.of("Sec-Fetch-Site", "none"),
                Map.of("Origin", "http://evil.example"),
                Map.of("Origin", "null"),
                Map.of("Origin", "http://127.0.0.1:1"))) {
            assertThat(send("POST", "", foreign, login).statusCode())
                    .as("open " + foreign)
                    .isEqualTo(403);
            assertThat(send("POST", "/refresh", foreign, "").statusCode())
                    .as("refresh " + foreign)
                    .isEqualTo(403);
            assertThat(send("DELETE", "", foreign, "").statusCode())
                    .as("end " + foreign)
                    .isEqualTo(403);
        }
        assertThat(send("POST", "", Map.of("Origin", root), login).statusCode()).isEqualTo(200);
    }

    private HttpResponse<String> get(String path, Map<String, String> headers) {
        return request("GET", path, headers, "");
    }

    private HttpResponse<String> send(String method, String path, Map<String, String> headers, String body) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        if (!body.isEmpty()) {
            all.put("Content-Type", "application/json");
        }
        return request(method, SESSION + path, all, body);
    }

    private HttpResponse<String> request(String method, String path, Map<String, String> headers, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(root + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
