/** Events that leave with the commit that they tell of. */
@NullMarked
package io.arketic.rag.outbox;

import org.jspecify.annotations.NullMarked;
