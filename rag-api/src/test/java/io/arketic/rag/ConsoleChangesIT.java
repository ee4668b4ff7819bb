package io.arketic.rag;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import io.arketic.schema.generation.GenerationFill;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Changes in a browser what others change or delete meanwhile, and loses the connection and the session. */
class ConsoleChangesIT extends ConsoleAccount {

    private static final String CHANGED = "Changed by another user meanwhile";

    private String grace;
    private String member;

    @BeforeAll
    void join() {
        grace = "grace-" + UUID.randomUUID() + "@example.org";
        String id = api.client().user(grace).get("/auth/me").text("id");
        api.execute("insert into organization_members (organization_id, user_id, role) values ('" + organization
                + "', '" + id + "', 'member')");
        member = api.text("select id from organization_members where user_id = '" + id + "' and organization_id = '"
                + organization + "'");
    }

    @Test
    void theMembersOfAGroupAreSaved() {
        Page page = signedIn();
        page.navigate("/o/" + slug + "/administration/groups");
        page.getByLabel("New group").last().fill("Engineers");
        ConsoleBrowser.press(page, "Create");
        row(page, "Engineers").getByRole(AriaRole.BUTTON).first().click();
        page.locator("dialog").getByLabel(grace).check();
        ConsoleBrowser.press(page, "Save");
        assertThat(row(page, "Engineers")).containsText("1 member");
    }

    @Test
    void aRoleThatAnotherAdminChangedIsNotOverwritten() {
        Page page = signedIn();
        page.navigate("/o/" + slug + "/administration");
        Locator role = page.getByLabel("Role of " + grace);
        assertThat(role).hasValue("member");
        owner.patch("/organizations/" + organization + "/members/" + member, Map.of("role", "viewer"), "If-Match", "*");
        role.selectOption("admin");
        assertThat(page.getByRole(AriaRole.ALERT)).containsText(CHANGED);
        ConsoleBrowser.press(page, "Load again");
        assertThat(role).hasValue("viewer");
        page.waitForResponse(
                response -> response.request().method().equals("PATCH"), () -> role.selectOption("member"));
        assertThat(role).hasValue("member");
        assertThat(page.getByRole(AriaRole.ALERT)).hasCount(0);
        assertThat(owner.get("/organizations/" + organization + "/members/" + member)
                        .text("role"))
                .isEqualTo("member");
    }

    @Test
    void aFileThatAnotherUserRenamedOrDeletedIsToldAndNotOverwritten() {
        String folder = owner.post("/organizations/" + organization + "/documents/folders", Map.of("name", "Manuals"))
                .text("id");
        Page page = signedIn();
        page.navigate("/o/" + slug + "/documents?open=" + folder);
        page.getByText("Name and place").click();
        owner.patch("/documents/" + folder, Map.of("name", "Handbooks"), "If-Match", "*");
        page.locator("dialog")
                .getByLabel("Name", new Locator.GetByLabelOptions().setExact(true))
                .fill("Guides");
        ConsoleBrowser.press(page, "Save");
        assertThat(page.getByRole(AriaRole.ALERT)).containsText(CHANGED);
        ConsoleBrowser.assertAccessible(page, "drive-changed");
        ConsoleBrowser.press(page, "Load again");
        assertThat(page.locator("dialog h2")).hasText("Handbooks");

        ConsoleBrowser.press(page, "Move to trash");
        assertThat(page.locator("dialog")).containsText("can be restored");
        owner.delete("/documents/" + folder);
        owner.delete("/documents/" + folder + "?permanently=true");
        page.locator("dialog")
                .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Move to trash"))
                .click();
        assertThat(page.getByRole(AriaRole.ALERT)).containsText("Not found");
    }

    @Test
    void notificationsComeLiveAndLeadToTheirPage() {
        Page page = signedIn();
        Locator bell = page.locator("nav.side a[href$='/notifications']");
        assertThat(bell).isVisible();
        // The browser's own sign-in is told, too.
        owner.post("/notifications/read", Map.of());
        assertThat(bell.locator(".count")).hasCount(0);
        String chat = owner.post("/organizations/" + organization + "/chats", Map.of("title", "News"))
                .text("id");
        api.execute("select notify_user(id, '" + organization + "', 'chat_shared', '" + chat + "', '{\"chat_id\": \""
                + chat + "\"}') from users where email = '" + email + "'");
        assertThat(bell.locator(".count")).hasText("1");
        bell.click();
        ConsoleBrowser.assertAccessible(page, "notification");
        page.locator("main a").getByText("A chat was shared with you").click();
        assertThat(page.locator(".talk h1")).hasText("News");
        assertThat(bell.locator(".count")).hasCount(0);
    }

    @Test
    void aChunksNotesAreEditedAndTheChunkIsSwitchedOff() throws Exception {
        String base = owner.post("/organizations/" + organization + "/knowledge-bases", Map.of("name", "Chunks"))
                .text("id");
        String document = IndexedText.put(
                api,
                owner,
                base,
                "pump.txt",
                "The filter is changed every ninety days.\n\nThe seal is made of rubber.");
        String chunks = "/knowledge-bases/" + base + "/documents/" + document + "/chunks/";
        Page page = signedIn();
        page.navigate("/o/" + slug + "/knowledge/" + base + "/documents/" + document + "?view=chunks");
        page.getByLabel("Notes of chunk 2").click();
        Locator dialog = page.locator("dialog");
        assertThat(dialog.getByLabel("Summary")).hasValue("The seal is made of rubber.");
        dialog.getByLabel("Keywords").fill("seal, rubber ring");
        dialog.getByLabel("Summary").fill("Of the seal.");
        ConsoleBrowser.assertAccessible(page, "chunk-notes");
        ConsoleBrowser.press(page, "Save");
        assertThat(dialog).hasCount(0);
        Locator row = page.locator("ol.chunks > li").nth(1);
        assertThat(row).containsText("Of the seal.");
        assertThat(row.getByLabel("Keywords")).hasText("sealrubber ring");

        row.getByLabel("Switch off (2)").click();
        assertThat(row.locator(".badge.bad")).hasText("Switched off");
        ConsoleBrowser.assertAccessible(page, "chunk-off");
        assertThat(owner.get(chunks + 1).body().path("enabled").asBoolean(true)).isFalse();

        owner.patch(chunks + 1, Map.of("enabled", true, "summary", "Of another user."), "If-Match", "*");
        row.getByLabel("Switch on (2)").click();
        assertThat(page.getByRole(AriaRole.ALERT)).containsText(CHANGED);
        ConsoleBrowser.press(page, "Load again");
        assertThat(row).containsText("Of another user.");
        assertThat(row.getByLabel("Switch off (2)")).isVisible();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aJudgedQuestionIsKeptAndAskedOfTwoIndexes() throws Exception {
        String base = owner.post("/organizations/" + organization + "/knowledge-bases", Map.of("name", "Judged"))
                .text("id");
        IndexedText.put(api, owner, base, "pump.txt", "The filter is changed every ninety days.");
        Page page = signedIn();
        page.navigate("/o/" + slug + "/knowledge/" + base + "/questions");
        ConsoleBrowser.press(page, "Add a question");
        Locator dialog = page.locator("dialog");
        dialog.getByLabel("Question", new Locator.GetByLabelOptions().setExact(true))
                .fill("How often is the filter changed?");
        dialog.locator("input").fill("pump");
        dialog.getByText("pump.txt").click();
        ConsoleBrowser.assertAccessible(page, "judged-question");
        ConsoleBrowser.press(page, "Save");
        assertThat(dialog).hasCount(0);
        assertThat(page.locator("main .rows li")).containsText("pump.txt");

        assertThat(owner.post("/knowledge-bases/" + base + "/reindex", Map.of("chunk_size", 400))
                        .status())
                .isEqualTo(202);
        IndexedText.fillGenerations(api, base);
        new GenerationFill(api.ingest()).tidy(); // as the reindex job does
        page.navigate("/o/" + slug + "/knowledge/" + base + "/reindex");
        page.getByText("Compare with the live index").click();
        ConsoleBrowser.press(page, "Compare");
        assertThat(page.locator("details .note"))
                .containsText("nDCG@10: 1 live, 1 in this generation. 0 questions got worse.");
        ConsoleBrowser.assertAccessible(page, "compared");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void completeTextsOfAPublicKnowledgeBaseAreSwitched() {
        String base = owner.post("/organizations/" + organization + "/knowledge-bases", Map.of("name", "Public"))
                .text("id");
        owner.patch("/knowledge-bases/" + base, Map.of("is_public", true), "If-Match", "*");
        String settings = "/organizations/" + organization + "/settings";
        owner.patch(settings, Map.of("custom_settings", Map.of("of a client", "stays")), "If-Match", "*");
        Page page = signedIn();
        page.navigate("/o/" + slug + "/knowledge/" + base + "/settings");
        Locator texts = page.getByLabel("Serve complete texts");
        assertThat(texts).not().isChecked();
        page.waitForResponse(response -> response.request().method().equals("PATCH"), texts::click);
        assertThat(texts).isChecked();
        assertThat(owner.get(settings).body().path("custom_settings").toString())
                .contains("stays", base);
        ConsoleBrowser.assertAccessible(page, "public-texts");
        page.waitForResponse(response -> response.request().method().equals("PATCH"), texts::click);
        assertThat(texts).not().isChecked();
        assertThat(owner.get(settings).body().path("custom_settings").toString())
                .contains("stays")
                .doesNotContain(base);
    }

    @Test
    void theThemeIsThatOfTheAccountInEachBrowser() {
        owner.patch("/users/me/preferences", Map.of("theme", "dark"), "If-Match", "*");
        Page page = signedIn();
        assertThat(page.locator("html")).hasAttribute("data-theme", "dark");
        page.navigate("/o/" + slug + "/account");
        page.waitForResponse(
                response -> response.request().method().equals("PATCH"),
                () -> page.getByLabel("Colours").selectOption("light"));
        assertThat(page.locator("html")).hasAttribute("data-theme", "light");
        assertThat(owner.get("/users/me/preferences").text("theme")).isEqualTo("light");
        assertThat(signedIn().locator("html")).hasAttribute("data-theme", "light");
        owner.patch("/users/me/preferences", Map.of("theme", "system"), "If-Match", "*");
    }

    @Test
    void aHiddenConsoleShowsNotificationsOnTheDesktopOnceAndNotInQuietHours() {
        Page page = signedIn();
        page.addInitScript("window.told = []; window.Notification = class { static permission = 'granted';"
                + " static requestPermission() { return Promise.resolve('granted'); }"
                + " constructor(title, options) { window.told.push(options.body); } close() {} };"
                + " Object.defineProperty(document, 'hidden', { get: () => window.away === true });");
        page.navigate("/o/" + slug + "/notifications");
        page.waitForResponse(
                response -> response.request().method().equals("PATCH"),
                () -> page.getByLabel("Show them on the desktop while the console is open")
                        .click());
        assertThat(owner.get("/users/me/preferences")
                        .body()
                        .at("/custom_settings/notifications/push")
                        .stringValue())
                .isEqualTo("on");
        ConsoleBrowser.assertAccessible(page, "notification-settings");
        page.evaluate("window.away = true; document.dispatchEvent(new Event('visibilitychange'))");
        tell("mention");
        page.waitForCondition(() -> told(page).contains("mentioned"));
        owner.patch(
                "/users/me/preferences",
                Map.of("custom_settings", Map.of("notifications", Map.of("mention", Map.of("push", "off")))),
                "If-Match",
                "*");
        page.evaluate("window.away = false");
        page.reload();
        assertThat(page.getByLabel("Show them on the desktop while the console is open"))
                .isChecked();
        page.evaluate("window.away = true; document.dispatchEvent(new Event('visibilitychange'))");
        tell("mention");
        tell("reply");
        page.waitForCondition(() -> !told(page).isEmpty());
        assertThat(told(page)).contains("reply").doesNotContain("mentioned");
        owner.post("/notifications/read", Map.of());
    }

    /** Returns what was shown; a string for the page's own evaluation is blocked by its policy. */
    private static String told(Page page) {
        return String.valueOf(page.evaluate("window.told.join()"));
    }

    private void tell(String kind) {
        api.execute("select notify_user(id, '" + organization + "', '" + kind + "', '" + UUID.randomUUID()
                + "', '{}') from users where email = '" + email + "'");
    }

    @Test
    void anAdminPublishesAKnowledgeBaseAndTakesItBack() {
        String base = owner.post("/organizations/" + organization + "/knowledge-bases", Map.of("name", "Handbook"))
                .text("id");
        Page page = signedIn();
        page.navigate("/o/" + slug + "/knowledge/" + base + "/settings");
        page.getByLabel("Public", new Page.GetByLabelOptions().setExact(false)).check();
        page.waitForResponse(
                response -> response.request().method().equals("PATCH"), () -> ConsoleBrowser.press(page, "Save"));
        assertThat(page.locator("main")).containsText("/api/v1/public/knowledge-bases/" + base);
        assertThat(api.client().get("/public/knowledge-bases/" + base).status()).isEqualTo(200);
        page.getByLabel("Public", new Page.GetByLabelOptions().setExact(false)).uncheck();
        page.waitForResponse(
                response -> response.request().method().equals("PATCH"), () -> ConsoleBrowser.press(page, "Save"));
        api.client().get("/public/knowledge-bases/" + base).assertProblem(404, "not-found", null);
    }

    @Test
    void aLostConnectionIsToldAndWhatIsShownStays() {
        Page page = signedIn();
        page.navigate("/o/" + slug + "/administration");
        assertThat(page.locator("main")).containsText(grace);
        page.context().setOffline(true);
        assertThat(page.locator("main .offline")).containsText("No connection");
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Groups"))
                .click();
        assertThat(page.getByRole(AriaRole.ALERT)).containsText("The server cannot be reached");
        page.context().setOffline(false);
        assertThat(page.locator("main .offline")).hasCount(0);
        assertThat(page.getByRole(AriaRole.ALERT)).hasCount(0);
    }

    @Test
    void aSessionThatHasEndedIsToldAndItsPageComesBack() {
        Page page = signedIn();
        page.navigate("/o/" + slug + "/knowledge");
        assertThat(page.locator("main h1")).hasText("Knowledge bases");
        page.context().clearCookies();
        page.route(
                "**/api/v1/organizations/*/members*",
                route -> route.fulfill(new Route.FulfillOptions().setStatus(401).setBody("{}")));
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Administration"))
                .click();
        assertThat(page.getByText("Your session has ended")).isVisible();
        page.unrouteAll();
        page.getByLabel("E-mail").fill(email);
        page.getByLabel("Password").fill(PASSWORD);
        ConsoleBrowser.press(page, "Sign in");
        assertThat(page.locator("main h1")).hasText("Administration");
    }

    private static Locator row(Page page, String name) {
        return page.locator(".rows > li").filter(new Locator.FilterOptions().setHasText(name));
    }
}
