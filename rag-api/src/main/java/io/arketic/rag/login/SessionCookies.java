package io.arketic.rag.login;

import io.arketic.rag.caller.SecurityProperties;
import io.arketic.rag.deployment.PublicProperties;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.stereotype.Component;

/**
 * Keeps the tokens of a browser's session in cookies. No script reads them, no other site's page makes the browser send them, and the
 * browser sends them to the operations on that session only.
 */
@Component
class SessionCookies {

    static final String PATH = "/api/v1/auth/browser-session";
    static final String REFRESH = "arketic_refresh";
    static final String DEVICE = "arketic_device";

    /** Is the longest that browsers keep a cookie. */
    private static final Duration DEVICE_LIFETIME = Duration.ofDays(400);

    private final Duration lifetime;
    private final boolean secure;

    SessionCookies(SecurityProperties security, PublicProperties address) {
        this.lifetime = security.refreshTokenLifetime();
        this.secure = address.url().startsWith("https:");
    }

    void keep(Tokens tokens, HttpServletRequest request, HttpServletResponse response) {
        add(REFRESH, tokens.refreshToken(), lifetime, request, response);
        String device = tokens.deviceToken();
        if (device != null) {
            add(DEVICE, device, DEVICE_LIFETIME, request, response);
        }
    }

    /** The device stays known: its token opens nothing. */
    void forget(HttpServletRequest request, HttpServletResponse response) {
        add(REFRESH, "", Duration.ZERO, request, response);
    }

    private void add(
            String name, String value, Duration age, HttpServletRequest request, HttpServletResponse response) {
        response.addHeader(
                HttpHeaders.SET_COOKIE,
                ResponseCookie.from(name, value)
                        .path(PATH)
                        .maxAge(age)
                        .httpOnly(true)
                        .secure(secure || request.isSecure())
                        .sameSite("Strict")
                        .build()
                        .toString());
    }
}
