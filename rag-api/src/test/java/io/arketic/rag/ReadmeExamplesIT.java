package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Runs README's examples for programs unchanged, except the address. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReadmeExamplesIT {

    private static final String ADDRESS = "http://127.0.0.1:8080";
    private static final Path README = Path.of("../README.md");
    private static final Path SOURCE = Path.of("src/test/java/io/arketic/rag/ReadmeExamplesIT.java");
    private static final String TEXT =
            "The stations Nordkapp and Vinterbro close when there is deep snow.\n\nAll others stay open.";

    private RunningApi api;
    private String knowledgeBase;
    private String key;

    @BeforeAll
    void start() throws Exception {
        api = RunningApi.shared();
        ApiClient user = api.client().user("readme" + UUID.randomUUID() + "@example.org");
        String organization =
                user.post("/organizations", Map.of("name", "Stations")).text("id");
        knowledgeBase = user.post("/organizations/" + organization + "/knowledge-bases", Map.of("name", "Stations"))
                .text("id");
        IndexedText.put(api, user, knowledgeBase, "stations.txt", TEXT);
        user.patch("/organizations/" + organization + "/settings", Map.of("enable_api_access", true), "If-Match", "*");
        key = user.post(
                        "/organizations/" + organization + "/api-keys",
                        Map.of("name", "readme", "scopes", List.of("read", "search", "chat")))
                .text("key");
    }

    @Test
    void theJavaExampleIsTheOneBelow() throws IOException {
        String source = Files.readString(SOURCE);
        int begin = source.indexOf("\n        // example\n") + 20;
        String run = source.substring(begin, source.indexOf("// end of example", begin));
        String shown = block("java", "OpenAIClient").replace("\"" + ADDRESS + "/v1\"", "address");
        assertThat(run.replaceAll("\\s", "")).isEqualTo(shown.replaceAll("\\s", ""));
    }

    @Test
    void theJavaExamplePrintsAnAnswerAndItsSources() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            example(api.client().address() + "/v1");
        } finally {
            System.setOut(before);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("Nordkapp and Vinterbro close")
                .contains("[1]")
                .contains(api.client().address() + "/api/v1/links/");
    }

    private void example(String address) {
        // example
        OpenAIClient client =
                OpenAIOkHttpClient.builder().baseUrl(address).apiKey(key).build();
        var question = ChatCompletionCreateParams.builder()
                .model("kb:" + knowledgeBase)
                .addUserMessage("Which stations close?");
        var message = client.chat()
                .completions()
                .create(question.build())
                .choices()
                .get(0)
                .message();
        System.out.println(message.content().orElseThrow());
        message.annotations()
                .ifPresent(marks -> marks.forEach(
                        mark -> System.out.println(mark.urlCitation().url())));
        // end of example
    }

    @Test
    void theLinesOfCurlAnswer() throws Exception {
        String script = "set -euo pipefail\n"
                + block("", "/v1/chat/completions")
                        .replace(ADDRESS, api.client().address())
                        .replace("curl ", "curl --silent --show-error --fail ");
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", script).redirectErrorStream(true);
        builder.environment().putAll(Map.of("TOKEN", key, "KB", knowledgeBase));
        Process process = builder.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        assertThat(printed)
                .contains("kb:" + knowledgeBase)
                .contains("Nordkapp and Vinterbro close")
                .contains("\"embedding\":[");
    }

    @Test
    void theLinesFromAnAccountToAKeyAreRun() throws Exception {
        String script = "set -euo pipefail\n"
                + block("", "/auth/register")
                        .replace(ADDRESS, api.client().address())
                        .replace("ada@example.org", "readme" + UUID.randomUUID() + "@example.org")
                        .replace("Aurelia Pumps", "Readme " + UUID.randomUUID())
                        .replace("curl ", "curl --silent --show-error --fail ")
                + "echo \"made $KB\"";
        Process process = new ProcessBuilder("bash", "-c", script)
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        String made = printed.substring(printed.lastIndexOf("made ") + 5).strip();
        assertThat(printed).contains("\"id\":\"" + made + "\"").contains("\"enable_api_access\":true");
    }

    /** Returns the one block of this language that contains the text. */
    private static String block(String language, String text) throws IOException {
        Matcher fences = Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```$").matcher(Files.readString(README));
        String[] found = fences.results()
                .filter(fence ->
                        fence.group(1).equals(language) && fence.group(2).contains(text))
                .map(fence -> fence.group(2))
                .toArray(String[]::new);
        assertThat(found).as(Arrays.toString(found)).hasSize(1);
        return found[0];
    }
}
