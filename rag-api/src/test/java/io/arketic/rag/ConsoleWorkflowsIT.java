package io.arketic.rag;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.json.JsonMapper;

/** Uses the pages of workflows and of their runs as a person does, against the real engine. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsoleWorkflowsIT {

    private static final JsonMapper JSON = new JsonMapper();

    private ConsoleBrowser browser;
    private ApiClient owner;
    private String email;
    private String organization;
    private String at;

    @BeforeAll
    void start() {
        RunningApi api = RunningApi.shared();
        PlaywrightAssertions.setDefaultAssertionTimeout(60_000);
        browser = new ConsoleBrowser("http://127.0.0.1:" + api.port());
        email = "workflows-" + UUID.randomUUID() + "@example.org";
        owner = api.client().user(email);
    }

    @BeforeEach
    void anOrganization() {
        ApiClient.Reply made = owner.post("/organizations", Map.of("name", "Aurelia " + UUID.randomUUID()));
        organization = made.text("id");
        at = "/o/" + made.text("slug") + "/workflows";
    }

    @AfterAll
    void stop() {
        browser.close();
    }

    @AfterEach
    void leave() {
        browser.leave();
    }

    @Test
    void aWorkflowIsMadeChangedActivatedRunAndApprovedWhileItsPageFollows() {
        Page page = browser.signedIn(email, at);
        assertThat(page.locator(".empty h2")).hasText("No workflow yet");
        ConsoleBrowser.assertAccessible(page, "workflows-none");
        ConsoleBrowser.press(page, "New workflow");
        page.getByLabel("Begin with").selectOption("publishing-approval");
        assertThat(page.getByLabel("Name")).hasValue("Approval before a document is published");
        ConsoleBrowser.assertAccessible(page, "workflow-new");
        ConsoleBrowser.press(page, "Create");

        assertThat(page.locator(".node")).hasCount(2);
        assertThat(page.getByText("Valid")).isVisible();
        page.getByLabel("four_eyes").selectOption("false");
        page.locator(".node").nth(1).click();
        page.getByLabel("Add a step").selectOption("transform");
        assertThat(page.locator(".node")).hasCount(3);
        page.getByLabel("output *").fill("done: true");
        assertThat(page.getByLabel("YAML"))
                .hasValue(Pattern.compile(".*depends_on:\\s+- publish.*done: true.*", Pattern.DOTALL));
        ConsoleBrowser.assertAccessible(page, "workflow-editor");
        ConsoleBrowser.press(page, "Save as new version");
        assertThat(page.getByText("Version 1.1.0")).isVisible();
        ConsoleBrowser.press(page, "Activate");
        assertThat(page.locator(".facts .badge.good")).hasText("Active");

        ConsoleBrowser.press(page, "Run");
        Locator dialog = page.getByRole(AriaRole.DIALOG);
        dialog.getByLabel("title").fill("Rules of the house");
        dialog.getByLabel("text").fill("Wipe your feet.");
        ConsoleBrowser.assertAccessible(page, "workflow-start");
        dialog.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Run"))
                .click();
        page.waitForURL(Pattern.compile(".*/runs/[0-9a-f-]{36}.*"));
        assertThat(page.locator(".node[data-status='waiting']")).isVisible();
        assertThat(page.locator(".asked-for")).hasText("Publish Rules of the house?");
        ConsoleBrowser.assertAccessible(page, "workflow-run-waits");

        Page other = page.context().newPage();
        other.navigate(at + "/approvals");
        assertThat(other.locator("main h2")).hasText("Publish Rules of the house?");
        ConsoleBrowser.assertAccessible(other, "workflow-approvals");
        other.getByLabel("Comment").fill("Good");
        ConsoleBrowser.press(other, "Approve");
        assertThat(other.locator(".empty h2")).hasText("Nothing waits for your decision");
        // No picture is taken of a page behind another one.
        other.close();

        assertThat(page.locator(".node[data-status='completed']")).hasCount(3);
        page.locator(".node").nth(2).click();
        assertThat(page.locator(".value pre").nth(1)).containsText("\"done\": true");
        ConsoleBrowser.assertAccessible(page, "workflow-run");
        page.navigate(at);
        assertThat(page.locator(".cards .badge.good")).hasText("Active");
        ConsoleBrowser.assertAccessible(page, "workflows");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void whatIsWrongStandsAtItsStepInItsFormAndAtItsLine() {
        String workflow = create("Faulty", """
                {"steps": [{"id": "first", "type": "transform", "config": {"output": {"a": 1}}},
                  {"id": "second", "type": "condition", "depends_on": ["first"],
                   "config": {"expression": "steps.first.output.a > 0"}}]}""");
        Page page = browser.signedIn(email, at + "/" + workflow);
        page.locator(".node").nth(1).click();
        page.getByLabel("expression *").fill("steps.third.output.a >");
        Locator wrong = page.locator(".marked.wrong .hint.wrong");
        assertThat(wrong).isVisible();
        assertThat(page.locator(".node.wrong")).containsText("1 fault");
        assertThat(page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Save as new version")))
                .isDisabled();
        page.locator(".faults button").click();
        assertThat(page.evaluate("() => { const area = document.activeElement;"
                                + " return area.value.slice(area.selectionStart, area.selectionEnd); }")
                        .toString())
                .contains("expression: steps.third");
        ConsoleBrowser.assertAccessible(page, "workflow-faults");

        page.getByLabel("YAML").fill("steps: [{id: a");
        assertThat(page.locator(".source .wrong")).containsText("line 1");
        assertThat(page.locator(".node")).hasCount(2);
        page.navigate(at + "/" + workflow + "/runs");
        assertThat(page.locator(".empty h2")).hasText("It has not run yet");
    }

    @Test
    void whatAnotherMemberSavedMeanwhileIsNotOverwritten() {
        String workflow = create("Shared", """
                {"steps": [{"id": "first", "type": "transform", "config": {"output": {"a": 1}}}]}""");
        Page page = browser.signedIn(email, at + "/" + workflow);
        page.locator(".node").first().click();
        page.getByLabel("output *").fill("a: 2");
        Map<String, Object> others = Map.of(
                "steps",
                List.of(Map.of("id", "first", "type", "transform", "config", Map.of("output", Map.of("a", 3)))));
        assertThat(owner.patch("/workflows/" + workflow, Map.of("definition", others), "If-Match", "*")
                        .status())
                .isEqualTo(200);
        ConsoleBrowser.press(page, "Save as new version");
        assertThat(page.getByRole(AriaRole.ALERT)).containsText("It has changed since it was read.");
        assertThat(owner.get("/workflows/" + workflow).body().path("version").stringValue())
                .isEqualTo("1.1.0");
        ConsoleBrowser.press(page, "Load again");
        assertThat(page.getByText("Version 1.1.0 was saved by another user")).isVisible();
        assertThat(page.getByLabel("output *")).hasValue(Pattern.compile("a: 2\\s*"));
        ConsoleBrowser.assertAccessible(page, "workflow-stale");
        ConsoleBrowser.press(page, "Keep my changes");
        ConsoleBrowser.press(page, "Save as new version");
        assertThat(page.getByText("Version 1.2.0")).isVisible();
    }

    @Test
    void aFailedRunShowsItsErrorAndRunsAgainFromAStepAVersionIsComparedAndAStepTried() {
        String workflow = create("Numbers <img src=x onerror=window.broken=1>", """
                {"input": {"text": "<script>window.broken=1</script>"}, "steps": [
                  {"id": "say", "type": "transform", "config": {"output": {"said": "{{ input.text }}"}}},
                  {"id": "each", "type": "for_each", "depends_on": ["say"], "config": {"items": "[1, 2]",
                    "step": {"type": "transform", "config": {"output": {"twice": "{{ item * 2 }}"}}}}},
                  {"id": "fails", "type": "transform", "depends_on": ["each"], "retry": {"attempts": 1},
                   "config": {"output": "{{ steps.say.output.missing }}"}}]}""");
        Page page = browser.signedIn(email, at + "/" + workflow);
        page.locator(".node").first().click();
        ConsoleBrowser.press(page, "Try this step");
        ConsoleBrowser.press(page, "Try");
        assertThat(page.locator(".dialog .value pre")).containsText("\"said\": \"<script>window.broken=1</script>\"");
        ConsoleBrowser.assertAccessible(page, "workflow-trial");
        page.keyboard().press("Escape");

        ConsoleBrowser.press(page, "Run");
        page.getByRole(AriaRole.DIALOG)
                .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Run"))
                .click();
        assertThat(page.locator(".node[data-status='failed']")).isVisible();
        assertThat(page.locator(".step-runs li")).hasCount(5);
        assertThat(page.locator(".note.bad").first()).containsText("missing");
        ConsoleBrowser.assertAccessible(page, "workflow-run-failed");
        String failed = page.url();
        ConsoleBrowser.press(page, "Run again from here");
        assertThat(page.getByText("Repeats an earlier run")).isVisible();
        assertThat(page.url()).isNotEqualTo(failed);
        assertThat(page.locator(".node[data-status='failed']")).isVisible();

        owner.patch("/workflows/" + workflow, Map.of("definition", JSON.readTree("""
                {"steps": [{"id": "say", "type": "transform", "config": {"output": {"said": "Good"}}}]}""")), "If-Match", "*");
        page.navigate(at + "/" + workflow + "/versions");
        assertThat(page.locator(".diff li").first()).isVisible();
        assertThat(page.locator(".diff ins pre").last()).containsText("Good");
        ConsoleBrowser.assertAccessible(page, "workflow-versions");
        page.navigate(at + "/" + workflow + "/runs");
        assertThat(page.locator("tbody tr")).hasCount(2);
        ConsoleBrowser.assertAccessible(page, "workflow-runs");
        ConsoleBrowser.press(page, "Archive");
        page.getByRole(AriaRole.DIALOG)
                .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Archive"))
                .click();
        assertThat(page.locator(".facts .badge").first()).hasText("Archived");
        assertThat(page.evaluate("() => window.broken")).isNull();
        assertThat(browser.complaints()).isEmpty();
    }

    private String create(String name, String definition) {
        ApiClient.Reply made = owner.post(
                "/organizations/" + organization + "/workflows",
                Map.of("name", name, "definition", JSON.readTree(definition)));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return made.text("id");
    }
}
