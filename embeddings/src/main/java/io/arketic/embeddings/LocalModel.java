package io.arketic.embeddings;

import java.util.Optional;
import java.util.Set;

/**
 * Lists the models of the product, each as two resources of a model jar.
 *
 * <p>Their digests are fixed here: vectors are stored under the model's id for years, so another file under the same id
 * must not slip in with a dependency update.
 */
enum LocalModel {
    BGE_SMALL(
            // Thresholds: see RATIONALE.md. Prefix and pooling: the model card of BAAI/bge-small-en-v1.5.
            new EmbeddingSpec("bge-small-en-v1.5", 384, 512, Prefix.BGE, 0.5, Language.ENGLISH),
            Pooling.CLS,
            new Resource(
                    "bge-small-en-v1.5-q.onnx",
                    34_014_426,
                    "6c9c6101a956d62dfb5e7190c538226c0c5bb9cb27b651234b6df063ee7dbfe4"),
            new Resource(
                    "bge-small-en-v1.5-q-tokenizer.json",
                    711_396,
                    "d241a60d5e8f04cc1b2b3e9ef7a4921b27bf526d9f6050ab90f9267a1f9e5c66")),
    BGE_SMALL_FP32(
            new EmbeddingSpec("bge-small-en-v1.5-fp32", 384, 512, Prefix.BGE, 0.5, Language.ENGLISH),
            Pooling.CLS,
            new Resource(
                    "bge-small-en-v1.5.onnx",
                    133_093_490,
                    "828e1496d7fabb79cfa4dcd84fa38625c0d3d21da474a00f08db0f559940cf35"),
            new Resource(
                    "bge-small-en-v1.5-tokenizer.json",
                    711_396,
                    "d241a60d5e8f04cc1b2b3e9ef7a4921b27bf526d9f6050ab90f9267a1f9e5c66")),
    MINI_LM(
            // max_seq_length 256 and mean pooling: sentence-transformers' configuration of all-MiniLM-L6-v2.
            new EmbeddingSpec("all-MiniLM-L6-v2", 384, 256, "", 0.05, Language.ENGLISH),
            Pooling.MEAN,
            new Resource(
                    "all-minilm-l6-v2-q.onnx",
                    22_972_370,
                    "afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1"),
            new Resource(
                    "all-minilm-l6-v2-q-tokenizer.json",
                    711_661,
                    "da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0"));

    /** @param sha256 lower-case hex of the whole resource */
    record Resource(String name, long bytes, String sha256) {}

    private static final class Language {
        static final Set<String> ENGLISH = Set.of("en");
    }

    private static final class Prefix {
        static final String BGE = "Represent this sentence for searching relevant passages: ";
    }

    private final EmbeddingSpec spec;
    private final Pooling pooling;
    private final Resource network;
    private final Resource vocabulary;

    LocalModel(EmbeddingSpec spec, Pooling pooling, Resource network, Resource vocabulary) {
        this.spec = spec;
        this.pooling = pooling;
        this.network = network;
        this.vocabulary = vocabulary;
    }

    static Optional<LocalModel> named(String id) {
        for (LocalModel model : values()) {
            if (model.spec.id().equals(id)) {
                return Optional.of(model);
            }
        }
        return Optional.empty();
    }

    EmbeddingSpec spec() {
        return spec;
    }

    Pooling pooling() {
        return pooling;
    }

    Resource network() {
        return network;
    }

    Resource vocabulary() {
        return vocabulary;
    }
}
