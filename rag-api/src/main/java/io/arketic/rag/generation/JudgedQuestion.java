package io.arketic.rag.generation;

import io.arketic.rag.listing.EntityTag;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Holds a question that judges a knowledge base's generations.
 *
 * @param relevantDocuments that answer it, as far as the caller may read them; empty if it was not judged
 */
record JudgedQuestion(
        UUID id,
        UUID knowledgeBaseId,
        String question,
        List<RelevantDocument> relevantDocuments,
        Instant createdAt,
        Instant updatedAt) {

    JudgedQuestion {
        relevantDocuments = List.copyOf(relevantDocuments);
    }

    /** Names a document that answers the question. */
    record RelevantDocument(UUID documentId, String filename) {}

    EntityTag etag() {
        return EntityTag.of(updatedAt);
    }
}
