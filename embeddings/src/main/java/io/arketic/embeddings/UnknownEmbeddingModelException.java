package io.arketic.embeddings;

import java.util.List;

/** Reports an id that no model of this deployment has. */
public final class UnknownEmbeddingModelException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String id;
    private final List<String> knownIds;

    UnknownEmbeddingModelException(String id, List<String> knownIds) {
        super("no embedding model '" + id + "' here; known are " + String.join(", ", knownIds));
        this.id = id;
        this.knownIds = List.copyOf(knownIds);
    }

    public String id() {
        return id;
    }

    public List<String> knownIds() {
        return knownIds;
    }
}
