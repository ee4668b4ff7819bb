package io.arketic.rag.connection;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.arketic.rag.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.coyote.ActionCode;
import org.apache.coyote.Request;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.util.UriUtils;

/**
 * Remembers the heads of requests that a limit has refused. While the caller was told to wait, and the limit would
 * still refuse, it refuses another request with such a head: its body is neither kept nor parsed, and no database is
 * asked. The head is the network, the credentials, the method and the path. It works in this process only.
 */
@Component
public class TurnedAway {

    /** @param headers that go with it, by name */
    public record Again(ProblemException problem, Map<String, String> headers) {

        public Again {
            headers = Map.copyOf(headers);
        }
    }

    private record Refused(Supplier<@Nullable Again> limit, long until) {}

    static final String ATTRIBUTE = TurnedAway.class.getName();

    private static final int HEADS = 20_000;
    private static final Duration LONGEST = Duration.ofMinutes(1);
    /** Names the paying organization in OpenAI's protocol; elsewhere it has no meaning. */
    private static final String PAYER = "OpenAI-Organization";

    private static final String PAID = "/v1/";

    private final Cache<String, Refused> refused =
            Caffeine.newBuilder().maximumSize(HEADS).expireAfterWrite(LONGEST).build();

    /**
     * Refuses requests like the current one for a while; has no effect in a thread without a request.
     *
     * @param limit refuses once more, or gives null where it admits again
     */
    public void remember(Duration wait, Supplier<@Nullable Again> limit) {
        if (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes) {
            HttpServletRequest request = attributes.getRequest();
            String head =
                    head(request.getRemoteAddr(), request.getMethod(), request.getRequestURI(), request::getHeader);
            refused.put(head, new Refused(limit, System.nanoTime() + wait.toNanos()));
        }
    }

    @Nullable
    Again by(HttpServletRequest request) {
        return refused.estimatedSize() == 0
                ? null
                : again(head(
                        request.getRemoteAddr(), request.getMethod(), request.getRequestURI(), request::getHeader));
    }

    @Nullable
    Again by(Request request) {
        if (refused.estimatedSize() == 0) {
            return null;
        }
        request.action(ActionCode.REQ_HOST_ADDR_ATTRIBUTE, null);
        return again(head(
                String.valueOf(request.remoteAddr()),
                request.getMethod(),
                String.valueOf(request.requestURI()),
                request::getHeader));
    }

    private @Nullable Again again(String head) {
        Refused before = refused.getIfPresent(head);
        return before == null || System.nanoTime() - before.until() >= 0
                ? null
                : before.limit().get();
    }

    private interface Headers {
        @Nullable
        String get(String name);
    }

    /** Returns a digest, so that no credentials are kept; it is the same for all spellings of the head. */
    private static String head(String address, String method, String path, Headers headers) {
        String plain = plain(path);
        String head = String.join(
                "\n",
                Network.of(address),
                method,
                plain,
                bare(headers.get("Authorization")),
                bare(headers.get("X-API-Key")),
                plain.startsWith(PAID) ? String.valueOf(headers.get(PAYER)) : "");
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(head.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }

    private static String plain(String path) {
        try {
            return UriUtils.decode(path, StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException unreadable) {
            return path;
        }
    }

    /** Returns the credential without its scheme, which has several spellings. */
    private static String bare(@Nullable String credentials) {
        String text = credentials == null ? "" : credentials.strip();
        return text.substring(text.lastIndexOf(' ') + 1);
    }
}
