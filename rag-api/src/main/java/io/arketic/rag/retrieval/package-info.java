/** Finds passages for a question. */
@NullMarked
package io.arketic.rag.retrieval;

import org.jspecify.annotations.NullMarked;
