package io.arketic.cli.ask;

import com.fasterxml.jackson.databind.JsonNode;
import io.arketic.cli.api.ApiClient;
import io.arketic.cli.api.DemoUser;
import io.arketic.cli.api.KnowledgeBase;
import io.arketic.cli.stack.Stack;
import io.arketic.cli.terminal.CommandException;
import io.arketic.cli.terminal.Terminal;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says at which stage a search loses a passage. */
@Command(
        name = "why-not",
        mixinStandardHelpOptions = true,
        description = {
            "Says why a question does not find a passage, as the demo user: its rank and score at each stage, and the first"
                    + " stage that loses it.",
            "Ends with 0 whether it is found or not."
        })
public final class WhyNotCommand implements Callable<Integer> {

    @Parameters(paramLabel = "QUESTION", description = "In quotes.")
    private String question = "";

    @Option(
            names = "--expect",
            required = true,
            paramLabel = "DOCUMENT[#OFFSET]",
            description = "What should be found: a document's id or file name, and an offset within the passage in"
                    + " characters of the document's text.")
    private String expected = "";

    @Option(names = "--kb", paramLabel = "ID", description = "The knowledge base (default: that of the demo).")
    private @Nullable UUID knowledgeBase;

    @Option(names = "--mode", defaultValue = "hybrid", description = "hybrid, vector or text; ${DEFAULT-VALUE}.")
    private String mode = "hybrid";

    @Option(names = "--limit", defaultValue = "10", description = "Passages that the search returns; ${DEFAULT-VALUE}.")
    private int limit = 10;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (question.isBlank()) {
            throw CommandException.unusable("the question is empty");
        }
        ExpectedPassage passage = ExpectedPassage.parse(expected);
        Stack stack = Stack.current();
        DemoUser user = DemoUser.signIn(stack.checkout(), stack.api());
        KnowledgeBase target = KnowledgeBase.find(user, knowledgeBase);
        Map<String, Object> expect = new LinkedHashMap<>();
        expect.put("document_id", document(user.api(), target, passage.document()));
        if (passage.offset() != null) {
            expect.put("offset", passage.offset());
        }
        JsonNode explained = user.api()
                .post(
                        "knowledge-bases/" + target.id() + "/search/explain",
                        Map.of("query", question, "mode", mode, "limit", limit, "expect", expect));
        Terminal terminal = Terminal.system();
        report(explained).forEach(terminal::line);
        return 0;
    }

    static List<String> report(JsonNode explained) {
        List<String> lines = new ArrayList<>();
        for (JsonNode stage : explained.path("stages")) {
            JsonNode passed = stage.path("passed");
            lines.add(String.format(
                            Locale.ROOT,
                            "%-8s %-5s %6s %10s  %s",
                            stage.path("stage").asText(),
                            passed.isBoolean() ? passed.asBoolean() ? "yes" : "LOST" : "-",
                            stage.path("rank").isNumber()
                                    ? "#" + stage.path("rank").asLong()
                                    : "",
                            stage.path("score").isNumber()
                                    ? String.format(
                                            Locale.ROOT,
                                            "%.4f",
                                            stage.path("score").asDouble())
                                    : "",
                            stage.path("detail").asText())
                    .stripTrailing());
        }
        lines.add(
                explained.path("found").asBoolean()
                        ? "It is found."
                        : "It is lost at: " + explained.path("lost_at").asText());
        return lines;
    }

    private static String document(ApiClient api, KnowledgeBase target, String named)
            throws IOException, InterruptedException {
        try {
            return UUID.fromString(named).toString();
        } catch (IllegalArgumentException name) {
            JsonNode documents = api.get("knowledge-bases/" + target.id() + "/documents?limit=100&q="
                    + URLEncoder.encode(named, StandardCharsets.UTF_8));
            for (JsonNode document : documents.path("items")) {
                if (document.path("filename").asText().equals(named)) {
                    return document.path("id").asText();
                }
            }
            throw CommandException.failed("the knowledge base has no file with the name " + named);
        }
    }
}
