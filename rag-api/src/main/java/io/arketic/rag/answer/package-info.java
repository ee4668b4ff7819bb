/** Turns a question into passages, and passages into an answer with cited sentences. */
@NullMarked
package io.arketic.rag.answer;

import org.jspecify.annotations.NullMarked;
