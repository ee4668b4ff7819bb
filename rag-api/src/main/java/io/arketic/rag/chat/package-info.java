/** Contains conversations: messages, their answers and their lasting citations. */
@NullMarked
package io.arketic.rag.chat;

import org.jspecify.annotations.NullMarked;
