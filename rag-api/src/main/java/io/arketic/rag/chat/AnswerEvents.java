package io.arketic.rag.chat;

import io.arketic.rag.idempotency.EventForm;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Streams a stored message as the events of {@link MessageController}: an answer's text in one piece. */
@Component
class AnswerEvents implements EventForm {

    private static final String ANSWER = "ai";

    private final JsonMapper json;

    AnswerEvents(JsonMapper json) {
        this.json = json;
    }

    @Override
    public String events(JsonNode message) {
        StringBuilder events = new StringBuilder();
        if (message.path("message_type").asString("").equals(ANSWER)) {
            append(events, "token", json.createObjectNode().set("text", message.path("content")));
            append(events, "citations", json.createObjectNode().set("citations", message.path("citations")));
            ObjectNode usage = json.createObjectNode();
            for (String name : new String[] {"ai_model_used", "tokens_used", "processing_time_ms"}) {
                usage.set(name, message.path(name));
            }
            append(events, "usage", usage);
        }
        append(events, "done", message);
        return events.toString();
    }

    private void append(StringBuilder events, String name, JsonNode data) {
        events.append("event:")
                .append(name)
                .append("\ndata:")
                .append(json.writeValueAsString(data))
                .append("\n\n");
    }
}
