/** Serves the OpenAI API to programs: a knowledge base is a model. */
@NullMarked
package io.arketic.rag.openai;

import org.jspecify.annotations.NullMarked;
