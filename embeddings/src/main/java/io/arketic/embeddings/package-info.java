/** Turns text into vectors: local models by ONNX Runtime, remote ones by the OpenAI protocol. */
@NullMarked
package io.arketic.embeddings;

import org.jspecify.annotations.NullMarked;
