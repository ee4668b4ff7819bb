package io.arketic.rag.chat;

import org.jspecify.annotations.Nullable;

/**
 * Holds a file in a chat.
 *
 * @param mediaType of images as their first bytes say, of others as the sender did
 * @param contentUrl address of its bytes, for readers of the chat
 * @param description caption of a picture or transcript of sound, by a model; null if it has none yet
 */
record ChatFile(
        String filename,
        String mediaType,
        long fileSize,
        String contentUrl,
        @Nullable String description) {}
