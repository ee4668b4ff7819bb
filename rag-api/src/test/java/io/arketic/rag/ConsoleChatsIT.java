package io.arketic.rag;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.FilePayload;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Talks in chats as several users do, each in a browser, and opens long lists. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsoleChatsIT {

    /** Switches the triggers off, which take minutes for so many rows. */
    private static final String UNCOUNTED = "set session_replication_role = replica; ";

    private static final byte[] PIXEL = Base64.getDecoder()
            .decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    private RunningApi api;
    private ConsoleBrowser browser;
    private ApiClient owner;
    private String ada;
    private String grace;
    private String organization;
    private String base;
    private String at;

    @BeforeAll
    void start() throws Exception {
        api = RunningApi.shared();
        PlaywrightAssertions.setDefaultAssertionTimeout(60_000);
        browser = new ConsoleBrowser("http://127.0.0.1:" + api.port());
        ada = "ada-" + UUID.randomUUID() + "@example.org";
        grace = "grace-" + UUID.randomUUID() + "@example.org";
        owner = api.client().user(ada);
        ApiClient.Reply made = owner.post("/organizations", Map.of("name", "Aurelia " + UUID.randomUUID()));
        organization = made.text("id");
        at = "/o/" + made.text("slug");
        String other = api.client().user(grace).get("/auth/me").text("id");
        api.execute("update users set first_name = 'Grace' where id = '" + other + "'");
        api.execute("insert into organization_members (organization_id, user_id, role) values ('" + organization
                + "', '" + other + "', 'member')");
        base = owner.post("/organizations/" + organization + "/knowledge-bases", Map.of("name", "Pumps"))
                .text("id");
        IndexedText.put(
                api,
                owner,
                base,
                "pumps.txt",
                "The filter of the Borealis pump is changed every ninety days.\n\n"
                        + "The valve of the Zephyr engine is oiled each week.");
    }

    @AfterAll
    void stop() {
        // Other tests of the same database check its counters.
        api.execute(UNCOUNTED + "delete from chat_messages where sender_id is null and content ~ '^Message [0-9]+$';"
                + " delete from knowledge_documents where file_path like 'large/%'");
        browser.close();
    }

    @AfterEach
    void leave() {
        browser.leave();
    }

    @Test
    void twoBrowsersTalkInOneChannel() {
        Page page = browser.signedIn(ada, at + "/ask");
        ConsoleBrowser.press(page, "New group or channel");
        page.getByLabel("Title").fill("News");
        page.getByLabel("Type").selectOption("channel");
        ConsoleBrowser.assertAccessible(page, "chat-new");
        ConsoleBrowser.press(page, "Create");
        assertThat(page.locator(".talk h1")).hasText("News");

        Page other = browser.signedIn(grace, at + "/ask");
        other.locator(".history a").getByText("News").click();
        ConsoleBrowser.press(other, "Join");
        assertThat(page.locator(".presence")).containsText("Grace");
        ConsoleBrowser.press(page, "Settings of the chat");
        ConsoleBrowser.press(page, "Let write");
        page.keyboard().press("Escape");
        Locator field = other.getByPlaceholder("Write a message");
        field.pressSequentially("Good morning");
        assertThat(page.locator(".typing")).containsText("Grace");
        field.press("Enter");
        assertThat(page.locator(".message.other")).containsText("Good morning");
        assertThat(page.locator(".typing")).hasText("");
        page.getByPlaceholder("Write a message").fill("Welcome");
        page.keyboard().press("Enter");
        assertThat(other.locator(".message.other")).containsText("Welcome");
        ConsoleBrowser.assertAccessible(page, "chat-channel");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aQuestionIsAskedOfAModelEditedAndAnsweredAgain() {
        Page page = browser.signedIn(ada, at + "/ask");
        page.getByLabel("Model").selectOption("extractive");
        page.getByPlaceholder("Ask about your documents").fill("How often is the filter of the Borealis pump changed?");
        page.keyboard().press("Enter");
        // The streamed answer and the stored one may be there together for a moment.
        assertThat(page.locator(".message:not(.asked)").last()).containsText("ninety days");
        page.locator(".message:not(.asked) .cite").first().waitFor();
        assertThat(page.locator(".message:not(.asked)")).hasCount(1);

        ConsoleBrowser.press(page, "Edit");
        ConsoleBrowser.assertAccessible(page, "chat-edit");
        page.getByLabel("Edit").last().fill("How often is the valve of the Zephyr engine oiled?");
        ConsoleBrowser.press(page, "Save and answer again");
        assertThat(page.locator(".message:not(.asked)").last()).containsText("each week");
        assertThat(page.locator(".message.asked")).hasCount(1);
        assertThat(page.locator(".message.asked")).containsText("Edited");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void filesAreSentIntoAChatAndShownAsWhatTheyAre() {
        String chat = chat("Files");
        Page page = browser.signedIn(ada, at + "/ask/" + chat);
        page.locator("input[type=file]").setInputFiles(new FilePayload[] {
            new FilePayload("pixel.png", "image/png", PIXEL),
            new FilePayload("a <svg onload=window.broken=1>.svg", "image/svg+xml", "<svg/>".getBytes())
        });
        assertThat(page.locator(".attached")).hasCount(2);
        assertThat(page.locator(".attached img[src^='blob:']")).hasCount(1);
        assertThat(page.locator(".attached").last()).containsText("<svg onload");
        ConsoleBrowser.assertAccessible(page, "chat-files");
        assertThat(page.evaluate("() => window.broken")).isNull();
        assertThat(browser.complaints()).isEmpty();
    }

    /** Counts instead of measuring time, which is another one on each machine. */
    @Test
    void aChatOfFiveThousandMessagesOpensWithinABudgetAndKeepsItsPlaceWhenEarlierOnesCome() {
        String chat = chat("Long");
        api.execute(UNCOUNTED + "insert into chat_messages (organization_id, chat_id,"
                + " content) select '" + organization + "', '" + chat + "', 'Message ' || g from"
                + " generate_series(1, 5000) g");
        Page page = browser.signedIn(ada, at + "/ask");
        List<Response> responses = new ArrayList<>();
        page.onResponse(responses::add);
        page.navigate(at + "/ask/" + chat);
        assertThat(page.locator(".message")).hasCount(100);
        assertThat(responses).hasSizeLessThanOrEqualTo(20);
        int bytes = 0;
        for (Response response : List.copyOf(responses)) {
            if (response.url().contains("/console/") || response.url().endsWith(chat)) {
                bytes += response.request().sizes().responseBodySize;
            }
        }
        assertThat(bytes).isLessThan(250_000);

        page.evaluate("() => document.querySelector('.messages').scrollTop = 0");
        String first = page.locator(".message").first().textContent();
        for (int part = 2; part <= 4; part++) {
            ConsoleBrowser.press(page, "Earlier messages");
            assertThat(page.locator(".message")).hasCount(100 * part);
        }
        assertThat(page.locator(".message").nth(300)).hasText(first);
    }

    @Test
    void tenThousandDocumentsAreListedPageByPage() {
        String large = owner.post("/organizations/" + organization + "/knowledge-bases", Map.of("name", "Large"))
                .text("id");
        api.execute(UNCOUNTED + "insert into knowledge_documents (organization_id,"
                + " knowledge_base_id, filename, file_path, file_type, file_size, mime_type, status) select '"
                + organization + "', '" + large + "', 'file ' || lpad(g::text, 5, '0') || '.txt', 'large/' || '" + large
                + "/' || g, 'txt', 5, 'text/plain', 'completed' from generate_series(1, 10000) g");
        Page page = browser.signedIn(ada, at + "/knowledge/" + large);
        assertThat(page.locator("tbody tr")).hasCount(100);
        String first = page.locator("tbody tr").first().textContent();
        ConsoleBrowser.press(page, "Next");
        assertThat(page.locator("tbody tr").first()).not().hasText(first);
        assertThat(page.locator("tbody tr")).hasCount(100);
    }

    private String chat(String title) {
        return owner.post("/organizations/" + organization + "/chats", Map.of("title", title))
                .text("id");
    }
}
