package io.arketic.rag;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** Opens the console in a browser with the account of an organization's owner, against the real API. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ConsoleAccount {

    static final String PASSWORD = "a good password";

    RunningApi api;
    ConsoleBrowser browser;
    ApiClient owner;
    String email;
    String organization;
    String slug;

    @BeforeAll
    void start() {
        api = RunningApi.shared();
        PlaywrightAssertions.setDefaultAssertionTimeout(60_000);
        browser = new ConsoleBrowser("http://127.0.0.1:" + api.port());
        email = "console-" + UUID.randomUUID() + "@example.org";
        owner = api.client().user(email);
        ApiClient.Reply made = owner.post("/organizations", Map.of("name", "Aurelia " + UUID.randomUUID()));
        organization = made.text("id");
        slug = made.text("slug");
        // The browser's colour scheme counts, so that pictures and axe see both.
        owner.patch("/users/me/preferences", Map.of("theme", "system"), "If-Match", "*");
    }

    @AfterAll
    void stop() {
        browser.close();
    }

    @AfterEach
    void leave() {
        browser.leave();
    }

    Page signedIn() {
        return browser.signedIn(email, "/o/" + slug + "/ask");
    }
}
