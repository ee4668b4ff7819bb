package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.WaitForSelectorState;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Opens every page of an organization: wide and narrow, light and dark, from left to right and from right to left. */
class ConsolePagesIT extends ConsoleAccount {

    private static final String LONG_NAME =
            "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft".repeat(2);

    private static final String PDF = """
            %PDF-1.4
            1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
            2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj
            3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 100 200] /Contents 4 0 R>> endobj
            4 0 obj <</Length 30>> stream
            0 0.5 0.4 rg 20 60 60 100 re f
            endstream endobj
            trailer <</Root 1 0 R>>
            %%EOF
            """;

    private List<Map.Entry<String, String>> pages;

    @BeforeAll
    void fill() throws Exception {
        String path = "/organizations/" + organization;
        String base =
                owner.post(path + "/knowledge-bases", Map.of("name", LONG_NAME)).text("id");
        String document = IndexedText.put(
                api, owner, base, LONG_NAME + ".txt", "The filter of the Borealis pump is changed every ninety days.");
        String chat = owner.post(path + "/chats", Map.of("title", LONG_NAME)).text("id");
        owner.post("/chats/" + chat + "/messages", Map.of("content", LONG_NAME, "ask", false));
        owner.post(path + "/documents/folders", Map.of("name", LONG_NAME));
        owner.post(path + "/groups", Map.of("name", LONG_NAME.substring(0, 80)));
        api.execute("update users set role = 'super_admin' where email = '" + email + "'");
        api.execute("select notify_user(id, '" + organization + "', 'document_failed', 'pages', '{\"filename\": \""
                + LONG_NAME + "\"}') from users where email = '" + email + "'");
        owner.post(
                "/knowledge-bases/" + base + "/judged-questions",
                Map.of("question", LONG_NAME, "relevant_document_ids", List.of(document)));
        owner.put(
                path + "/usage/caps",
                Map.of("caps", List.of(Map.of("subject", "member", "unit", "cost", "period", "day", "amount", 5))),
                "If-Match",
                "*");
        pages = List.of(
                Map.entry("ask", "ask"),
                Map.entry("chat", "ask/" + chat),
                Map.entry("knowledge", "knowledge"),
                Map.entry("files", "knowledge/" + base),
                Map.entry("search", "knowledge/" + base + "/search?q=filter&mode=text"),
                Map.entry("questions", "knowledge/" + base + "/questions"),
                Map.entry("reindex", "knowledge/" + base + "/reindex"),
                Map.entry("base-settings", "knowledge/" + base + "/settings"),
                Map.entry("document", "knowledge/" + base + "/documents/" + document),
                Map.entry("passage", "knowledge/" + base + "/documents/" + document + "?at=4-10"),
                Map.entry("original", "knowledge/" + base + "/documents/" + document + "?view=original"),
                Map.entry("chunks", "knowledge/" + base + "/documents/" + document + "?view=chunks"),
                Map.entry("documents", "documents"),
                Map.entry("trash", "documents?trash=1"),
                Map.entry("workflows", "workflows"),
                Map.entry("approvals", "workflows/approvals"),
                Map.entry("secrets", "workflows/secrets"),
                Map.entry("members", "administration"),
                Map.entry("groups", "administration/groups"),
                Map.entry("usage", "administration/usage"),
                Map.entry("settings", "administration/settings"),
                Map.entry("keys", "administration/keys"),
                Map.entry("links", "administration/links"),
                Map.entry("audit", "administration/audit"),
                Map.entry("operations", "operations"),
                Map.entry("ingest", "operations/ingest"),
                Map.entry("accounts", "operations/accounts?email=" + email),
                Map.entry("notifications", "notifications"),
                Map.entry("account", "account"),
                Map.entry("missing", "no-such-page"));
    }

    @Test
    void axeFindsNothingToMendOnAnyPage() {
        Page page = signedIn();
        for (Map.Entry<String, String> one : pages) {
            open(page, one.getValue());
            ConsoleBrowser.assertAccessible(page, one.getKey());
        }
        assertThat(browser.complaints()).isEmpty();
    }

    /** German words are long, and Arabic or Hebrew would turn the page around. */
    @Test
    void noPageIsWiderThanAPhoneInEitherDirection() {
        Page page = signedIn();
        page.evaluate("() => localStorage.setItem('arketic.language', 'de')");
        page.setViewportSize(390, 844);
        for (Map.Entry<String, String> one : pages) {
            open(page, one.getValue());
            ConsoleBrowser.picture(page, one.getKey() + "-narrow");
            assertThat(tooWide(page)).as(one.getKey()).isEmpty();
            page.evaluate("() => document.documentElement.dir = 'rtl'");
            assertThat(tooWide(page)).as(one.getKey() + " from right to left").isEmpty();
        }
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void theDriveShowsTheFirstPageOfAPdf() {
        String upload = "/uploads/"
                + owner.post(
                                "/organizations/" + organization + "/uploads",
                                Map.of("name", "pump.pdf", "mime_type", "application/pdf", "file_size", PDF.length()))
                        .text("id");
        owner.send("PUT", upload + "/parts/1", Map.of("part", PDF));
        String document = owner.post(upload + "/complete", Map.of()).text("id");
        Page page = signedIn();
        open(page, "documents");
        Locator image = page.locator(".thumbnail img");
        image.waitFor();
        assertThat(image.evaluate("image => image.decode().then(() => image.naturalHeight)"))
                .isEqualTo(256);
        ConsoleBrowser.assertAccessible(page, "documents-thumbnail");
        page.navigate("/o/" + slug + "/documents?open=" + document);
        page.getByText("Public links").click();
        page.getByText("or what you could share").waitFor();
        ConsoleBrowser.picture(page, "document-links");
        assertThat(browser.complaints()).isEmpty();
    }

    private void open(Page page, String path) {
        page.navigate("/o/" + slug + "/" + path);
        page.locator("main h1, main h2").first().waitFor();
        page.locator(".waiting").first().waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.DETACHED));
    }

    /** Returns the elements that stick out of the page and of all that scrolls. */
    private static List<?> tooWide(Page page) {
        return (List<?>) page.evaluate("""
                () => {
                    const scrolls = element => {
                        for (let one = element.parentElement; one && one !== document.body; one = one.parentElement) {
                            if (getComputedStyle(one).overflowX !== 'visible') {
                                return true;
                            }
                        }
                        return false;
                    };
                    const width = document.documentElement.clientWidth;
                    return [...document.querySelectorAll('body *')]
                        .filter(one => !one.closest('.unseen, .skip, svg') && !scrolls(one))
                        .filter(one => { const box = one.getBoundingClientRect(); return box.width > 0 && (box.right > width + 1 || box.left < -1); })
                        .map(one => one.tagName + '.' + one.className + ': ' + (one.textContent ?? '').slice(0, 40));
                }""");
    }
}
