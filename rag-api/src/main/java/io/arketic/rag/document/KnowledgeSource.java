package io.arketic.rag.document;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds a document in a knowledge base.
 *
 * @param documentId the file or folder that a user added: the document itself, or a folder above it
 * @param files of the document that follow it into the knowledge base
 * @param pending of these, those whose latest version is not handed to the ingest yet
 * @param failure why the last try of one of them failed; null where none did
 */
record KnowledgeSource(
        UUID knowledgeBaseId,
        String knowledgeBaseName,
        UUID documentId,
        @Nullable UUID addedById,
        long files,
        long pending,
        @Nullable String failure,
        Instant createdAt) {}
