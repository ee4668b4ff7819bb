package io.arketic.cli.ask;

import com.fasterxml.jackson.databind.JsonNode;
import io.arketic.cli.api.ApiClient;
import io.arketic.cli.terminal.CommandException;
import io.arketic.cli.terminal.Terminal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Asks questions in a separate chat. */
final class Conversation {

    private static final int TITLE = 80;

    private final ApiClient api;
    private final Terminal terminal;

    Conversation(ApiClient api, Terminal terminal) {
        this.api = api;
        this.terminal = terminal;
    }

    /** Prints the answer while it arrives, then its citations. */
    Answer ask(UUID organization, UUID knowledgeBase, String question) throws IOException, InterruptedException {
        String title = question.length() <= TITLE ? question : question.substring(0, TITLE - 1) + "…";
        JsonNode chat = api.post(
                "organizations/" + organization + "/chats",
                Map.of("title", title, "knowledge_base_ids", List.of(knowledgeBase)));
        var text = new StringBuilder();
        List<Citation> citations = new ArrayList<>();
        AtomicReference<@Nullable String> error = new AtomicReference<>();
        api.stream(
                "chats/" + chat.path("id").asText() + "/messages",
                Map.of("content", question, "knowledge_base_ids", List.of(knowledgeBase)),
                event -> {
                    switch (event.name()) {
                        case "token" -> {
                            String token =
                                    ApiClient.parse(event.data()).path("text").asText();
                            text.append(token);
                            terminal.part(token);
                        }
                        case "citations" -> citations.addAll(Citation.readAll(ApiClient.parse(event.data())));
                        case "error" -> {
                            JsonNode problem = ApiClient.parse(event.data());
                            error.set(problem.path("detail")
                                    .asText(problem.path("title").asText(event.data())));
                        }
                        default -> {
                            // retrieval, usage and done contain nothing to show here.
                        }
                    }
                });
        terminal.line("");
        if (error.get() != null) {
            throw CommandException.failed("the answer broke off: " + error.get());
        }
        if (!citations.isEmpty()) {
            terminal.line("");
        }
        citations.forEach(citation -> terminal.line(citation.describe()));
        return new Answer(text.toString(), citations);
    }
}
