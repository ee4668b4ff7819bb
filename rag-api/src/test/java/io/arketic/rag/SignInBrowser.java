package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Goes a browser's way to a provider and back, with the cookies of the API, step by step. */
final class SignInBrowser {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final JsonMapper JSON = new JsonMapper();

    private final SignInWorld world;
    final Map<String, String> cookies = new LinkedHashMap<>();

    SignInBrowser(SignInWorld world) {
        this.world = world;
    }

    /** Returns where the API sends the browser first. */
    String begin(String providerId) {
        return begin(providerId, "/o/acme");
    }

    String begin(String providerId, String returnTo) {
        return location(
                get(world.api.client().address() + "/api/v1/auth/sign-in/" + providerId + "?return_to=" + returnTo));
    }

    /** Lets a user consent at the provider; returns the address of the callback. */
    String consent(String user, String page) {
        HttpResponse<String> answer =
                send(HttpRequest.newBuilder(URI.create(page)).header(IdentityProviderServer.USER, user));
        return location(answer);
    }

    /** Opens an address of the API with the cookies, and returns where it leads. */
    String follow(String address) {
        return location(get(address));
    }

    /** Goes the whole way; returns the page that the API shows at its end. */
    String signIn(String providerId, String user) {
        return follow(consent(user, begin(providerId)));
    }

    /** Returns a client with an access token of the browser's session. */
    ApiClient session() {
        HttpResponse<String> answer = post("/auth/browser-session/refresh", "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return world.api
                .client()
                .as(JSON.readTree(answer.body()).path("access_token").stringValue());
    }

    boolean hasSession() {
        return cookies.containsKey("arketic_refresh")
                && !cookies.get("arketic_refresh").isEmpty();
    }

    HttpResponse<String> post(String path, String body) {
        return take(send(HttpRequest.newBuilder(URI.create(world.api.client().address() + "/api/v1" + path))
                .header("Cookie", header())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))));
    }

    HttpResponse<String> get(String address, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(address)).header("Cookie", header());
        return take(send(headers.length == 0 ? request : request.headers(headers)));
    }

    static String problem(String location) {
        return location.startsWith("/sign-in?problem=") ? location.substring("/sign-in?problem=".length()) : "none";
    }

    static JsonNode json(HttpResponse<String> answer) {
        return JSON.readTree(answer.body());
    }

    private String header() {
        return cookies.isEmpty()
                ? "none=none"
                : cookies.entrySet().stream()
                        .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                        .collect(Collectors.joining("; "));
    }

    private HttpResponse<String> take(HttpResponse<String> answer) {
        for (String cookie : answer.headers().allValues("Set-Cookie")) {
            String pair = cookie.substring(0, cookie.indexOf(';'));
            cookies.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
        }
        return answer;
    }

    private static String location(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.uri() + " " + answer.body()).isEqualTo(302);
        return answer.headers().firstValue("Location").orElseThrow();
    }

    static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }
}
