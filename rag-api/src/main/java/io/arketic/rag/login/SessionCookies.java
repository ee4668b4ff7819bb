package io.arketic.rag.login;

import io.arketic.rag.caller.SecretToken;
import io.arketic.rag.caller.SecurityProperties;
import io.arketic.rag.deployment.PublicProperties;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.stereotype.Component;
import org.springframework.web.util.WebUtils;

/**
 * Keeps the tokens of a browser's session in cookies. No script reads them, and no other site's page makes the browser send them. Off
 * the loopback they are for https alone, and the name of the refresh token's cookie has the prefix {@code __Host-}, so that no other host
 * of the domain sets it. The prefix demands the path {@code /}.
 */
@Component
public class SessionCookies {

    static final String PATH = "/api/v1/auth/browser-session";
    static final String REFRESH = "arketic_refresh";
    static final String REFRESH_OF_HOST = "__Host-" + REFRESH;
    static final String DEVICE = "arketic_device";

    /** Is the longest that browsers keep a cookie. */
    private static final Duration DEVICE_LIFETIME = Duration.ofDays(400);

    private static final Pattern LOOPBACK = Pattern.compile(
            "^(?:(?:.+\\.)?localhost|127(?:\\.\\d{1,3}){3}|\\[?::1]?|\\[?0:0:0:0:0:0:0:1]?)$",
            Pattern.CASE_INSENSITIVE);

    private final Duration lifetime;
    private final boolean secure;

    SessionCookies(SecurityProperties security, PublicProperties address) {
        this.lifetime = security.refreshTokenLifetime();
        this.secure = address.url().startsWith("https:");
    }

    void keep(Tokens tokens, HttpServletRequest request, HttpServletResponse response) {
        addRefresh(tokens.refreshToken(), lifetime, request, response);
        String device = tokens.deviceToken();
        if (device != null) {
            add(DEVICE, device, PATH, DEVICE_LIFETIME, secure(request), response);
        }
    }

    /** The device stays known: its token opens nothing. */
    void forget(HttpServletRequest request, HttpServletResponse response) {
        addRefresh("", Duration.ZERO, request, response);
    }

    /** Returns the refresh token that the browser sent. */
    Optional<SecretToken> refreshToken(HttpServletRequest request) {
        return Optional.ofNullable(WebUtils.getCookie(request, secure(request) ? REFRESH_OF_HOST : REFRESH))
                .map(cookie -> new SecretToken(cookie.getValue()));
    }

    private void addRefresh(String value, Duration age, HttpServletRequest request, HttpServletResponse response) {
        boolean secure = secure(request);
        add(secure ? REFRESH_OF_HOST : REFRESH, value, secure ? "/" : PATH, age, secure, response);
    }

    /**
     * Returns whether cookies of this request go over TLS alone. A proxy may call this process on the loopback; then the
     * public address tells that users come by https.
     */
    public boolean secure(HttpServletRequest request) {
        return secure
                || request.isSecure()
                || !LOOPBACK.matcher(request.getServerName()).matches();
    }

    private static void add(
            String name, String value, String path, Duration age, boolean secure, HttpServletResponse response) {
        response.addHeader(
                HttpHeaders.SET_COOKIE,
                ResponseCookie.from(name, value)
                        .path(path)
                        .maxAge(age)
                        .httpOnly(true)
                        .secure(secure)
                        .sameSite("Strict")
                        .build()
                        .toString());
    }
}
