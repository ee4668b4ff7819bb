/** Identifies the caller of a request: its proof of identity, and what its session or key may do. */
@NullMarked
package io.arketic.rag.caller;

import org.jspecify.annotations.NullMarked;
