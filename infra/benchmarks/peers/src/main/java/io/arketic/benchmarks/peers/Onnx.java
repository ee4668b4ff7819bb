package io.arketic.benchmarks.peers;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.OnnxEmbeddingModel;
import dev.langchain4j.model.embedding.onnx.PoolingMode;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs the model that all products are measured with. It is LangChain4j's own runner. Spring AI's pads texts to the length
 * of the longest, can only take the mean of the tokens, and needs PyTorch, so it would be slower and rank worse.
 */
record Onnx(EmbeddingModel model) {

    static Onnx open(Path network, Path vocabulary, String pooling) {
        return new Onnx(new OnnxEmbeddingModel(network, vocabulary, PoolingMode.valueOf(pooling)));
    }

    List<float[]> embed(List<String> texts) {
        return model.embedAll(texts.stream().map(TextSegment::from).toList()).content().stream()
                .map(embedding -> embedding.vector())
                .toList();
    }

    int dimensions() {
        return model.dimension();
    }
}
