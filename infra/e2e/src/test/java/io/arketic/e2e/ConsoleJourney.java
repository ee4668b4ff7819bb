package io.arketic.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Spends a person's first minutes with the console, in Debian's Chromium: an account, a file, a question, its source. */
final class ConsoleJourney implements AutoCloseable {

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path SCREENSHOTS = Path.of("target/console");
    private static final double PATIENCE = 120_000;

    private final Playwright playwright;
    private final Page page;

    ConsoleJourney(int port) {
        assertThat(CHROMIUM)
                .as("There is no Chromium. infra/arketic test installs it: apt-get install -y chromium")
                .exists();
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        page = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(CHROMIUM)
                        .setArgs(List.of("--no-sandbox", "--disable-dev-shm-usage")))
                .newContext(new Browser.NewContextOptions()
                        .setBaseURL("http://127.0.0.1:" + port)
                        .setLocale("en-GB")
                        .setViewportSize(1360, 850))
                .newPage();
        page.setDefaultTimeout(PATIENCE);
    }

    void registersWithAnOrganization() {
        page.navigate("/register");
        page.getByLabel("First name").fill("Ada");
        page.getByLabel("Last name").fill("L");
        page.getByLabel("E-mail").fill("ada-" + UUID.randomUUID() + "@example.org");
        page.getByLabel("Password").fill("staple under the bridge");
        press("Create the account");
        page.getByLabel("Name", new Page.GetByLabelOptions().setExact(true)).fill("Aurelia Pumps");
        press("Create the organization");
    }

    /** Waits until the ledger says that the file is indexed. */
    void uploads(Path file) {
        page.getByText("New knowledge base").click();
        press("New knowledge base");
        page.locator("dialog input").first().fill("Handbooks");
        press("Create");
        page.locator("input[type=file]").setInputFiles(file);
        assertThat(page.locator(".legend"))
                .containsText("Indexed 1", new LocatorAssertions.ContainsTextOptions().setTimeout(PATIENCE));
        page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve("ledger.png")));
    }

    void asks(String question) {
        page.getByText("Ask here").click();
        page.getByPlaceholder("Ask about your documents").fill(question);
        page.keyboard().press("Enter");
        page.locator(".message .cite").first().click();
    }

    /** Returns the characters that are marked on the page of the PDF, without blanks: a line's end is none. */
    String marked() {
        page.locator(".textLayer mark").first().waitFor();
        page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve("citation.png")));
        return String.join("", page.locator(".textLayer mark").allTextContents())
                .replaceAll("\\s", "");
    }

    String quote() {
        return page.locator(".original .quote").textContent().replaceAll("\\s", "");
    }

    private void press(String name) {
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName(name).setExact(true))
                .click();
    }

    @Override
    public void close() {
        playwright.close();
    }
}
