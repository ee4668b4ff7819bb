/** Conversations: messages, their answers and the citations that stay with them. */
@NullMarked
package io.arketic.rag.chat;

import org.jspecify.annotations.NullMarked;
