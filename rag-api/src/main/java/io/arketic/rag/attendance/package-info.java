/** Stops work when its caller has gone. */
@NullMarked
package io.arketic.rag.attendance;

import org.jspecify.annotations.NullMarked;
