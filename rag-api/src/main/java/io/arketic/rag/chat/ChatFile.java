package io.arketic.rag.chat;

/**
 * A file in a chat.
 *
 * @param mediaType of images as their first bytes say, of others as the sender did
 * @param contentUrl where its bytes are, for those who may read the chat
 */
record ChatFile(String filename, String mediaType, long fileSize, String contentUrl) {}
