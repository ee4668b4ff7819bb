/** Sends events that leave with the commit that they report. */
@NullMarked
package io.arketic.rag.outbox;

import org.jspecify.annotations.NullMarked;
