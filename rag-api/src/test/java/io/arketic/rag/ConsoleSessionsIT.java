package io.arketic.rag;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.RequestOptions;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Uses the pages of accounts, invitations and sessions as a person does, in a browser. */
class ConsoleSessionsIT extends ConsoleAccount {

    @Test
    void aSessionOutlivesTheReloadInACookieThatNoScriptReadsAndEndsWithSigningOut() {
        Page page = signedIn();
        page.reload();
        assertThat(page.locator("nav.side")).isVisible();
        assertThat(page.evaluate("() => document.cookie + JSON.stringify({...localStorage, ...sessionStorage})")
                        .toString())
                .doesNotContain("eyJ")
                .doesNotContain("arketic_refresh");

        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign out"))
                .click();
        page.waitForURL(Pattern.compile(".*/sign-in.*"));
        page.navigate("/o/" + slug + "/knowledge");
        page.waitForURL(Pattern.compile(".*/sign-in\\?next=.*"));
    }

    @Test
    void aTabLeavesWhenAnotherOneEndsItsSession() {
        Page page = signedIn();
        page.evaluate("() => sessionStorage.setItem('arketic.pending.1', '{}')");
        Page other = page.context().newPage();
        other.navigate("/o/" + slug + "/ask");
        ConsoleBrowser.press(other, "Sign out");
        page.waitForURL(Pattern.compile(".*/sign-in"));
        assertThat(page.evaluate("() => sessionStorage.getItem('arketic.pending.1')"))
                .isNull();
        assertThat(page.evaluate("() => localStorage.getItem('arketic.organization')"))
                .isNull();
    }

    /** The notice between tabs is lost where a tab sleeps. */
    @Test
    void aTabRefusesTheTokenOfAnotherAccount() {
        Page page = signedIn();
        String second = "second-" + UUID.randomUUID() + "@example.org";
        api.client().user(second);
        page.context()
                .request()
                .post(
                        "/api/v1/auth/browser-session",
                        RequestOptions.create().setData(Map.of("email", second, "password", PASSWORD)));
        page.route(
                "**/api/v1/organizations/*/knowledge-bases*",
                route -> route.fulfill(new Route.FulfillOptions().setStatus(401).setBody("{}")));
        page.locator("nav.side a").getByText("Knowledge").click();
        page.waitForURL(Pattern.compile(".*/(sign-in)?$"));
        assertThat(page.locator("main.alone h1")).hasText("New organization");
    }

    @Test
    void whatFailsForNowIsToldAndTriedAgain() {
        Page page = signedIn();
        Consumer<Route> busy =
                route -> route.fulfill(new Route.FulfillOptions().setStatus(503).setBody("{}"));
        page.route("**/browser-session**", busy);
        ConsoleBrowser.press(page, "Sign out");
        assertThat(page.getByRole(AriaRole.ALERT)).isVisible();
        assertThat(page.locator("nav.side")).isVisible();
        page.route("**/browser-session/refresh", busy);
        page.reload();
        assertThat(page.getByRole(AriaRole.ALERT)).isVisible();
        page.unrouteAll();
        ConsoleBrowser.press(page, "Try again");
        assertThat(page.locator("nav.side")).isVisible();
    }

    @Test
    void anInvitationStaysOutOfQueries() {
        Page page = browser.page();
        page.route(
                "**/api/v1/invitations/read",
                route -> route.fulfill(
                        new Route.FulfillOptions()
                                .setContentType("application/json")
                                .setBody(
                                        "{\"organization_name\":\"Aurelia\",\"email\":\"a@example.org\",\"role\":\"member\"}")));
        page.navigate("/invitation#token=secret");
        page.locator(".links a").first().click();
        page.waitForURL(Pattern.compile(".*/sign-in.*"));
        assertThat(page.url()).doesNotContain("secret");
        Request read = page.waitForRequest("**/invitations/read", () -> page.navigate("/invitation"));
        assertThat(read.postData()).contains("secret");
    }

    @Test
    void anAccountIsMadeAndItsFirstOrganization() {
        Page page = browser.page();
        page.navigate("/register");
        page.getByLabel("First name").fill("Grace");
        page.getByLabel("Last name").fill("H");
        page.getByLabel("E-mail").fill("grace-" + UUID.randomUUID() + "@example.org");
        page.getByLabel("Password").fill(PASSWORD);
        ConsoleBrowser.assertAccessible(page, "register");
        ConsoleBrowser.press(page, "Create the account");
        page.getByLabel("Name", new Page.GetByLabelOptions().setExact(true)).fill("Grace's " + UUID.randomUUID());
        ConsoleBrowser.assertAccessible(page, "organization");
        ConsoleBrowser.press(page, "Create the organization");
        page.waitForURL(Pattern.compile(".*/o/grace-s-.*/ask"));
        assertThat(page.locator("main")).containsText("There is no knowledge base yet");
    }

    @Test
    void aWrongPasswordIsToldWithTheRequestsId() {
        Page page = browser.page();
        page.navigate("/sign-in");
        ConsoleBrowser.assertAccessible(page, "sign-in");
        page.getByLabel("E-mail").fill(email);
        page.getByLabel("Password").fill("not the password");
        ConsoleBrowser.press(page, "Sign in");
        Locator failure = page.getByRole(AriaRole.ALERT);
        assertThat(failure).containsText("Wrong e-mail address or password");
        assertThat(failure.locator("code.copyable")).hasText(Pattern.compile("[0-9a-f-]{36}"));
        page.getByText("Türkçe").click();
        assertThat(page.locator("h1")).hasText("Oturum aç");
    }
}
