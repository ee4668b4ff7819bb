/** Turns text into vectors, with local models in ONNX Runtime and remote ones over the OpenAI protocol. */
@NullMarked
package io.arketic.embeddings;

import org.jspecify.annotations.NullMarked;
