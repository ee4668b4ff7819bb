/** From a question to passages. */
@NullMarked
package io.arketic.rag.retrieval;

import org.jspecify.annotations.NullMarked;
