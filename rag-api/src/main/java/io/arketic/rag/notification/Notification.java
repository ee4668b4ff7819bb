package io.arketic.rag.notification;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds what a user is told.
 *
 * @param organizationId null for what concerns the account alone
 * @param content ids and names, by kind; no text of a message or a document
 */
record Notification(
        UUID id,
        @Nullable UUID organizationId,

        @Schema(
                allowableValues = {
                    "mention",
                    "reply",
                    "chat_shared",
                    "invited",
                    "document_read",
                    "document_failed",
                    "reindex_done",
                    "reindex_failed",
                    "approval",
                    "budget",
                    "cap",
                    "sign_in",
                    "key_expires",
                    "subscription_ends",
                    "subscription_ended"
                })
        String kind,

        Map<String, @Nullable Object> content,
        Instant createdAt,
        @Nullable Instant readAt) {}
