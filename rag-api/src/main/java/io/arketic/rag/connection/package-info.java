/** Guards connections: it limits what slow senders and readers may hold. */
@NullMarked
package io.arketic.rag.connection;

import org.jspecify.annotations.NullMarked;
