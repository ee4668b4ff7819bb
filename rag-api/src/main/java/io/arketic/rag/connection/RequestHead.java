package io.arketic.rag.connection;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.Function;
import org.apache.coyote.Request;
import org.jspecify.annotations.Nullable;

/**
 * Holds what the head of a request says about its tenant.
 *
 * @param credentials a digest; null without credentials
 * @param resource a digest of the credentials and of the resource below which the path leads, such as a chat
 * @param user of a valid access token; null for other credentials
 * @param network of the connection
 */
record RequestHead(
        @Nullable String credentials,
        String resource,
        @Nullable String user,
        String network) {

    /** Names the paying organization in OpenAI's protocol. */
    static final String PAYER = "OpenAI-Organization";

    /** The parts of a path such as {@code /api/v1/chats/{id}}, with the empty one before it. */
    private static final int PARTS = 5;

    /** @param users finds the user of a valid access token in the Authorization header; null if there is none */
    static RequestHead of(Request request, String network, Function<@Nullable String, @Nullable String> users) {
        String authorization = request.getHeader("Authorization");
        String apiKey = request.getHeader("X-API-Key");
        if (authorization == null && apiKey == null) {
            return of(null, "", null, network);
        }
        String path = String.valueOf(request.requestURI());
        String payer = path.startsWith("/v1/") ? String.valueOf(request.getHeader(PAYER)) : "";
        return of(authorization + "\n" + apiKey, payer + "\n" + path, users.apply(authorization), network);
    }

    static RequestHead of(@Nullable String credentials, String path, @Nullable String user, String network) {
        String digest = credentials == null ? null : digest(credentials);
        return new RequestHead(digest, digest(digest + "\n" + resource(path)), user, network);
    }

    private static String resource(String path) {
        String[] parts = path.split("/", PARTS + 1);
        return String.join("/", Arrays.copyOf(parts, Math.min(parts.length, PARTS)))
                .toLowerCase(Locale.ROOT);
    }

    private static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }
}
