package io.arketic.rag.idempotency;

import tools.jackson.databind.JsonNode;

/** How a feature streams an answer that is there already, for callers that take it as server-sent events. */
public interface EventForm {

    /** The text of the stream, to its last event. */
    String events(JsonNode answer);
}
