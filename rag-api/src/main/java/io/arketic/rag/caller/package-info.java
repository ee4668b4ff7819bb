/** The caller of a request: how it proves its identity, and what a session or key may do. */
@NullMarked
package io.arketic.rag.caller;

import org.jspecify.annotations.NullMarked;
