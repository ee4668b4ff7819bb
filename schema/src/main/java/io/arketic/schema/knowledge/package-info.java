/** Writes versions of documents: one commit for text, chunks, vectors, counters and ledger. */
@NullMarked
package io.arketic.schema.knowledge;

import org.jspecify.annotations.NullMarked;
