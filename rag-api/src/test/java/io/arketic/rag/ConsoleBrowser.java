package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Opens pages in Debian's Chromium, and collects their complaints: errors of scripts, and what the policy blocked. */
final class ConsoleBrowser implements AutoCloseable {

    /** Is the password of each account that {@link ApiClient#user} makes. */
    private static final String PASSWORD = "a good password";

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path AXE = Path.of("console/node_modules/axe-core/axe.min.js");
    private static final Path SCREENSHOTS = Path.of("target/console");

    private final Playwright playwright;
    private final Browser browser;
    private final String address;
    private final List<String> complaints = new ArrayList<>();

    ConsoleBrowser(String address) {
        assertThat(CHROMIUM)
                .as("There is no Chromium. infra/arketic test installs it: apt-get install -y chromium")
                .exists();
        this.address = address;
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(CHROMIUM)
                        .setArgs(List.of("--no-sandbox", "--disable-dev-shm-usage")));
    }

    /** Opens a page without cookies, in English, until {@link #leave}. */
    Page page() {
        BrowserContext context = browser.newContext(new Browser.NewContextOptions()
                .setBaseURL(address)
                .setLocale("en-GB")
                // Colours that are still changing are no colours of a scheme.
                .setReducedMotion(ReducedMotion.REDUCE)
                .setViewportSize(1360, 850));
        context.setDefaultTimeout(60_000);
        context.onPage(page -> {
            page.onPageError(complaints::add);
            page.onConsoleMessage(message -> {
                // A refused request is an answer, and the page shows it.
                if (message.type().equals("error") && !message.text().startsWith("Failed to load resource")) {
                    complaints.add(message.text());
                }
            });
        });
        return context.newPage();
    }

    /** Opens a page with a session of the account, at an address of the console. */
    Page signedIn(String email, String address) {
        Page page = page();
        page.navigate("/sign-in?next=" + address);
        page.getByLabel("E-mail").fill(email);
        page.getByLabel("Password").fill(PASSWORD);
        press(page, "Sign in");
        page.locator("nav.side").waitFor();
        return page;
    }

    static void press(Page page, String name) {
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName(name).setExact(true))
                .click();
    }

    /** Closes the pages of a test, and forgets their complaints. */
    void leave() {
        List.copyOf(browser.contexts()).forEach(BrowserContext::close);
        complaints.clear();
    }

    List<String> complaints() {
        return complaints;
    }

    /** Fails where axe finds a fault of the page as it is shown now. Leaves a picture in both colour schemes. */
    static void assertAccessible(Page page, String name) {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
            String shown = name + "-" + scheme.name().toLowerCase(Locale.ROOT);
            picture(page, shown);
            page.evaluate(axe());
            // Only colours differ from one scheme to the other.
            String rules = scheme == ColorScheme.DARK ? "{runOnly: ['color-contrast']}" : "{}";
            Object violations = page.evaluate(
                    "() => axe.run(" + rules + ").then(result => result.violations.map("
                            + "one => one.id + ': ' + one.nodes.map(node => node.target + ' ' + node.failureSummary).join('; ')))");
            assertThat((List<?>) violations).as(shown).isEmpty();
        }
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
    }

    static void picture(Page page, String name) {
        page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(name + ".png")));
    }

    private static String axe() {
        try {
            return Files.readString(AXE);
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
