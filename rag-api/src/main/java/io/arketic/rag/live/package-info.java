/** What happens in a chat, as it happens: streams of events, and presence. */
@NullMarked
package io.arketic.rag.live;

import org.jspecify.annotations.NullMarked;
