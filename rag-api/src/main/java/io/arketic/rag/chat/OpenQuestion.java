package io.arketic.rag.chat;

import java.util.UUID;

/**
 * Represents one answering of a message.
 *
 * @param id of this time, also where the message is answered once more
 */
record OpenQuestion(UUID id, ChatAccess access, UUID messageId) {}
