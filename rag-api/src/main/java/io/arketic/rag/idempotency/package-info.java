/** Creations that are sent twice are made once. */
@NullMarked
package io.arketic.rag.idempotency;

import org.jspecify.annotations.NullMarked;
