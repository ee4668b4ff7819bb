package io.arketic.rag.chat;

import java.util.UUID;

/**
 * One time that a message is being answered.
 *
 * @param id of this time, also where the message is answered once more
 */
record OpenQuestion(UUID id, ChatAccess access, UUID messageId) {}
