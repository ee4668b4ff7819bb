package io.arketic.rag.chat;

/**
 * Holds a file in a chat.
 *
 * @param mediaType of images as their first bytes say, of others as the sender did
 * @param contentUrl address of its bytes, for readers of the chat
 */
record ChatFile(String filename, String mediaType, long fileSize, String contentUrl) {}
