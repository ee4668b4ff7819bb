/** Executes creations that are sent twice only once. */
@NullMarked
package io.arketic.rag.idempotency;

import org.jspecify.annotations.NullMarked;
