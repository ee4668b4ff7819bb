/** Answers in the documents' own words, without a language model. */
@NullMarked
package io.arketic.rag.extractive;

import org.jspecify.annotations.NullMarked;
