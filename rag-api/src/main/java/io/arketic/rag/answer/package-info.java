/** From a question to passages, and from passages to an answer whose sentences are cited. */
@NullMarked
package io.arketic.rag.answer;

import org.jspecify.annotations.NullMarked;
