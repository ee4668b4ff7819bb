package io.arketic.rag;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Uses the console as a person does, in a browser, against the real API. */
class ConsoleIT extends ConsoleAccount {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String QUOTE = "The filter of the Borealis pump is changed every ninety days.";
    private static final String HOSTILE = "<img src=x onerror=\"window.broken=1\"> \u202Egnp.exe";

    private String base;
    private String document;

    @BeforeAll
    void index() throws Exception {
        base = owner.post("/organizations/" + organization + "/knowledge-bases", Map.of("name", "Pumps " + HOSTILE))
                .text("id");
        document = IndexedText.put(
                api,
                owner,
                base,
                "pump.txt",
                "About the pumps.\n\n" + QUOTE + "\n\n" + "Pumps are heavy. ".repeat(300));
        IndexedText.put(
                api,
                owner,
                base,
                "hostile.txt",
                "The valve of the Zephyr engine <script>window.broken=1</script> is oiled each week, says "
                        + "[the manual](javascript:window.broken=1) and <svg onload=window.broken=1>"
                        + "x".repeat(2_000) + ".");
    }

    @Test
    void aSentencesCitationOpensTheDocumentAtTheQuote() {
        Page page = signedIn();
        ask(page, "How often is the filter of the Borealis pump changed?");

        page.locator(".cite").first().click();

        assertThat(page.locator(".original mark")).hasText(QUOTE);
        assertThat(page.locator(".original .quote")).hasText(QUOTE);
        String link = page.url();
        assertThat(link).contains("cite=");
        ConsoleBrowser.assertAccessible(page, "ask-citation");
        page.reload();
        assertThat(page.locator(".original mark")).hasText(QUOTE);
        page.keyboard().press("Escape");
        assertThat(page.locator(".original")).hasCount(0);
    }

    @Test
    void aQuoteIsKeptWhenItsDocumentIsReplacedAndWhenItIsWithdrawn() throws Exception {
        IndexedText.put(api, owner, base, "opening.txt", "The museum of clocks opens at nine on Sundays.");
        Page page = signedIn();
        ask(page, "When does the museum of clocks open on Sundays?");
        page.locator(".cite").first().click();
        assertThat(page.locator(".original mark")).hasText("The museum of clocks opens at nine on Sundays.");

        String id = IndexedText.put(api, owner, base, "opening.txt", "The museum of clocks is closed for good.");
        page.reload();
        assertThat(page.locator(".original .note")).hasAttribute("data-state", "replaced");
        assertThat(page.locator(".original .quote")).containsText("opens at nine");

        assertThat(owner.delete("/knowledge-bases/" + base + "/documents/" + id).status())
                .isEqualTo(204);
        page.reload();
        assertThat(page.locator(".original .note")).hasAttribute("data-state", "deleted");
        assertThat(page.locator(".original .quote")).containsText("opens at nine");
    }

    @Test
    void hostileNamesAndAnswersAreTextAndNothingElse() {
        Page page = signedIn();
        ask(page, "How often is the valve of the Zephyr engine oiled?");
        assertThat(page.locator(".message").last()).containsText("window.broken=1");
        page.locator(".cite").first().click();
        page.locator(".original mark").waitFor();
        page.navigate("/o/" + slug + "/knowledge");
        assertThat(page.locator("main")).containsText("<img src=x");

        assertThat(page.evaluate("() => window.broken")).isNull();
        assertThat(page.locator("main img, main script, main iframe, a[href^='javascript']"))
                .hasCount(0);
        assertThat(browser.complaints()).isEmpty();
    }

    /** The server leaves nothing of the kind in an answer. The page does not rely on that, also while an answer streams. */
    @Test
    void whateverAServerSendsIsText() {
        Page page = hostile(150_000);
        assertFormatted(page);
        page.getByPlaceholder("Ask about your documents").fill("Is it still?");
        page.keyboard().press("Enter");
        assertThat(page.getByRole(AriaRole.ALERT)).containsText("The server cannot be reached");
        assertFormatted(page);
    }

    @Test
    void aMegabyteWithoutABlankIsTextAndLeavesThePageInUse() {
        Page page = hostile(1_000_000);
        assertInert(page);
        page.getByPlaceholder("Ask about your documents").fill("Is it still?");
        page.keyboard().press("Enter");
        assertThat(page.getByRole(AriaRole.ALERT)).containsText("The server cannot be reached");
        assertInert(page);
        page.locator("nav.side a").getByText("Knowledge").click();
        assertThat(page.locator("main h1")).hasText("Knowledge bases");
    }

    /** Opens a chat whose answers, also the ones that stream, hold attacks and then a word of this length. */
    private Page hostile(int length) {
        String text = "**Bold** <script>window.broken=1</script><img src=x onerror=window.broken=1> "
                + "[a](javascript:window.broken=1) [b](data:text/html,x) ![c](https://evil.example/c.png) \u202Egnp.exe "
                + "<svg/onload=window.broken=1> [safe](https://good.example/) " + "y".repeat(length);
        String chat = owner.post("/organizations/" + organization + "/chats", Map.of("title", "Hostile"))
                .text("id");
        owner.post("/chats/" + chat + "/messages", Map.of("content", "Is this safe?", "ask", false));
        String stored = owner.get("/chats/" + chat + "/messages").text();
        ObjectNode message = (ObjectNode) JSON.readTree(stored).path("items").get(0);
        message.put("message_type", "ai").put("content", text);
        Page page = signedIn();
        page.route("**/api/v1/chats/*/messages*", route -> {
            boolean asks = route.request().method().equals("POST");
            route.fulfill(new Route.FulfillOptions()
                    .setContentType(asks ? "text/event-stream" : "application/json")
                    .setBody(asks ? tokens(text) : "{\"items\":[" + message + "],\"next_cursor\":null}"));
        });
        page.navigate("/o/" + slug + "/ask/" + chat);
        return page;
    }

    /** Sends the text in pieces that end anywhere, also within a tag or a link. */
    private static String tokens(String text) {
        StringBuilder events = new StringBuilder();
        for (int from = 0; from < text.length(); ) {
            int to = Math.min(text.length(), from < 500 ? from + 7 : from + 50_000);
            events.append("event:token\ndata:")
                    .append(JSON.writeValueAsString(Map.of("text", text.substring(from, to))))
                    .append("\n\n");
            from = to;
        }
        return events.toString();
    }

    private static void assertFormatted(Page page) {
        Locator answer = page.locator(".message:not(.asked)").first();
        assertThat(answer.locator(".prose strong")).hasText("Bold");
        assertThat(answer.locator(".prose a")).hasCount(2);
        assertThat(answer.locator(".prose a[href^='https://'][rel~='noopener']"))
                .hasCount(2);
        assertInert(page);
    }

    private static void assertInert(Page page) {
        assertThat(page.locator(".message:not(.asked)").first()).containsText("onerror=window.broken=1");
        assertThat(page.locator(
                        "main img, main script, main style, main iframe, main .prose svg, main a[href^='javascript']"))
                .hasCount(0);
        assertThat(page.evaluate("() => window.broken")).isNull();
    }

    @Test
    void deepQuotesAndLongBlanksDoNotStopAPage() {
        String chat = owner.post("/organizations/" + organization + "/chats", Map.of("title", "Deep"))
                .text("id");
        owner.post("/chats/" + chat + "/messages", Map.of("content", "QUESTION", "ask", false));
        String text = ">".repeat(4_000) + "deep\\n\\n|a|\\n|" + " ".repeat(190_000) + "wide";
        String answer = owner.get("/chats/" + chat + "/messages")
                .text()
                .replace("\"user\"", "\"ai\"")
                .replace("QUESTION", text);
        Page page = signedIn();
        page.route(
                "**/api/v1/chats/*/messages*",
                route -> route.fulfill(new Route.FulfillOptions()
                        .setContentType("application/json")
                        .setBody(answer)));
        page.navigate("/o/" + slug + "/ask/" + chat);
        assertThat(page.locator(".prose blockquote")).hasCount(8);
        assertThat(page.locator(".prose")).containsText("wide");
    }

    @Test
    void theDocumentationRunsUnderItsPolicy() {
        Page page = browser.page();
        page.navigate("/docs");
        page.locator(".opblock").first().waitFor();
        assertThat(browser.complaints()).isEmpty();
    }

    /** Serves the indexed text as if it were a page of a PDF. */
    @Test
    void aChunkIsMarkedOnItsPageOfThePdf() {
        Page page = signedIn();
        String path = "/knowledge-bases/" + base + "/documents/" + document;
        ObjectNode shown = (ObjectNode) JSON.readTree(owner.get(path).text());
        shown.put("mime_type", "application/pdf");
        page.route(
                "**/api/v1" + path,
                route -> route.fulfill(new Route.FulfillOptions()
                        .setContentType("application/json")
                        .setBody(shown.toString())));
        page.route(
                "**/api/v1" + path + "/content",
                route -> route.fulfill(new Route.FulfillOptions()
                        .setContentType("application/pdf")
                        .setBody(onePage(QUOTE))));
        page.navigate("/o/" + slug + path.replace("/knowledge-bases", "/knowledge") + "?view=chunks");
        page.locator(".chunks li, .chunk-pages li")
                .filter(new Locator.FilterOptions().setHasText(QUOTE))
                .getByText("On the page")
                .click();
        page.locator(".textLayer mark").first().waitFor();
        assertThat(String.join("", page.locator(".textLayer mark").allTextContents())
                        .replaceAll("\\s", ""))
                .isEqualTo(QUOTE.replaceAll("\\s", ""));
        ConsoleBrowser.assertAccessible(page, "chunk-on-page");
        assertThat(browser.complaints()).isEmpty();
    }

    /** Writes a PDF without a table of its objects, which readers find by themselves. */
    private static String onePage(String text) {
        String drawn = "BT /F1 9 Tf 20 100 Td (" + text + ") Tj ET";
        return String.join(
                "\n",
                "%PDF-1.4",
                "1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj",
                "2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj",
                "3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 400 200] /Contents 4 0 R"
                        + " /Resources <</Font <</F1 5 0 R>>>>>> endobj",
                "4 0 obj <</Length " + drawn.length() + ">> stream",
                drawn,
                "endstream endobj",
                "5 0 obj <</Type /Font /Subtype /Type1 /BaseFont /Helvetica>> endobj",
                "trailer <</Root 1 0 R>>",
                "%%EOF");
    }

    @Test
    void aPassageIsSearchedAndWhatLostAnotherIsExplained() {
        Page page = signedIn();
        page.navigate("/o/" + slug + "/knowledge/" + base + "/search");
        page.getByLabel("Question").fill("filter of the Borealis pump");
        page.getByLabel("Show the candidates of each stage").check();
        page.locator("form").getByRole(AriaRole.BUTTON).first().click();
        assertThat(page.locator(".chunks .text").first()).containsText(QUOTE);
        Locator candidates = page.locator("table.candidates tbody tr");
        assertThat(candidates.first()).containsText(QUOTE);
        assertThat(candidates.first().locator("td").nth(3)).containsText("1");
        page.getByLabel("Order by").selectOption("vector");
        assertThat(candidates.first().locator("td").nth(1)).containsText("1");
        page.getByLabel("Document that should be found").fill("Zephyr");
        page.locator(".rows button").first().click();
        ConsoleBrowser.press(page, "Explain");
        assertThat(page.locator(".stages li").first()).isVisible();
        ConsoleBrowser.assertAccessible(page, "search");
    }

    private static void ask(Page page, String question) {
        page.getByPlaceholder("Ask about your documents").fill(question);
        page.keyboard().press("Enter");
        page.locator(".message .cite").first().waitFor();
    }
}
