package io.arketic.rag.signin;

import io.arketic.rag.login.SessionCookies;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.stereotype.Component;
import org.springframework.web.util.WebUtils;

/**
 * Recognises the browser that began a sign-in by a random cookie. The cookie is {@code Lax}, because the provider's page
 * sends the browser back.
 */
@Component
class BrowserBinding {

    static final String NAME = "arketic_sign_in";
    private static final String STEP = "arketic_sign_in_step";
    private static final String HOST = "__Host-";

    private final SessionCookies cookies;

    BrowserBinding(SessionCookies cookies) {
        this.cookies = cookies;
    }

    /** Returns the browser's value, and keeps it for one more sign-in. */
    UUID bind(HttpServletRequest request, HttpServletResponse response) {
        UUID browser = find(request).orElseGet(UUID::randomUUID);
        set(NAME, browser.toString(), "Lax", SignInStates.LIFETIME, request, response);
        return browser;
    }

    Optional<UUID> find(HttpServletRequest request) {
        return value(NAME, request).flatMap(BrowserBinding::uuid);
    }

    /** Keeps a sign-in that waits for the code of the second factor; only this origin's own requests send it. */
    void keepStep(String sealed, HttpServletRequest request, HttpServletResponse response) {
        set(STEP, sealed, "Strict", SignInStates.LIFETIME, request, response);
    }

    Optional<String> step(HttpServletRequest request) {
        return value(STEP, request);
    }

    void forgetStep(HttpServletRequest request, HttpServletResponse response) {
        set(STEP, "", "Strict", Duration.ZERO, request, response);
    }

    private Optional<String> value(String name, HttpServletRequest request) {
        Cookie cookie = WebUtils.getCookie(request, cookies.secure(request) ? HOST + name : name);
        return Optional.ofNullable(cookie).map(Cookie::getValue);
    }

    private void set(
            String name,
            String value,
            String sameSite,
            Duration age,
            HttpServletRequest request,
            HttpServletResponse response) {
        boolean secure = cookies.secure(request);
        response.addHeader(
                HttpHeaders.SET_COOKIE,
                ResponseCookie.from(secure ? HOST + name : name, value)
                        .path("/")
                        .maxAge(age)
                        .httpOnly(true)
                        .secure(secure)
                        .sameSite(sameSite)
                        .build()
                        .toString());
    }

    private static Optional<UUID> uuid(String text) {
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException foreign) {
            return Optional.empty();
        }
    }
}
