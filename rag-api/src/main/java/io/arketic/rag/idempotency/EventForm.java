package io.arketic.rag.idempotency;

import tools.jackson.databind.JsonNode;

/** Streams a stored answer of a feature to callers that accept server-sent events. */
public interface EventForm {

    /** Returns the text of the stream, to its last event. */
    String events(JsonNode answer);
}
