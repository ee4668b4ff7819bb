/** The OpenAI API, for programs that speak it: a knowledge base is a model. */
@NullMarked
package io.arketic.rag.openai;

import org.jspecify.annotations.NullMarked;
