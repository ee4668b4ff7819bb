/** Streams the events of a chat and its presence. */
@NullMarked
package io.arketic.rag.live;

import org.jspecify.annotations.NullMarked;
