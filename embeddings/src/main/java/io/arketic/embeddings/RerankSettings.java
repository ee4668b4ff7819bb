package io.arketic.embeddings;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Configures the reranker of a deployment: a cross-encoder's file or an endpoint.
 *
 * @param model an ONNX file with {@code tokenizer.json} beside it or in the folder above; null for an endpoint
 * @param url base address of an endpoint; null for a file
 * @param protocol of the endpoint
 * @param remoteModel as the endpoint calls it; null where it serves one only
 * @param budget that a search may spend on it; after that the order before it stands
 * @param candidates that are read again, 2 to 100
 */
public record RerankSettings(
        @Nullable Path model,
        @Nullable URI url,
        Protocol protocol,
        @Nullable String apiKey,
        @Nullable String remoteModel,
        Duration budget,
        int candidates) {

    /** Names the protocol of an endpoint. */
    public enum Protocol {
        /** Calls {@code POST /rerank} of text-embeddings-inference. */
        TEI,
        /** Calls {@code POST /v2/rerank} of Cohere, which vLLM, Jina and others also offer. */
        COHERE
    }

    private static final int MOST_CANDIDATES = 100;

    /** Limits a request to text-embeddings-inference by that server's own default. */
    private static final int TEI_BATCH = 32;

    public RerankSettings {
        String prefix = "arketic.rerank.";
        SettingValue.require(model == null || url == null, prefix + "url", url, "left out beside a model's file");
        SettingValue.positive(prefix + "budget", budget);
        SettingValue.require(
                candidates >= 2 && candidates <= MOST_CANDIDATES,
                prefix + "candidates",
                candidates,
                "2 to " + MOST_CANDIDATES);
        SettingValue.require(
                protocol != Protocol.COHERE || url == null || remoteModel != null,
                prefix + "remote-model",
                remoteModel,
                "set for the protocol cohere");
    }

    /**
     * Reads the settings whose names begin with {@code arketic.rerank.}.
     *
     * @throws IllegalArgumentException naming the setting that has no valid value
     */
    public static RerankSettings from(Function<String, @Nullable String> property) {
        SettingReader settings = new SettingReader("arketic.rerank.", property);
        String model = settings.value("model");
        Protocol protocol = protocol(settings.text("protocol", "tei"));
        URI url = settings.value("url") == null ? null : settings.httpAddress("url");
        return new RerankSettings(
                model == null ? null : Path.of(model),
                url,
                protocol,
                settings.value("api-key"),
                settings.value("remote-model"),
                settings.duration("budget", Duration.ofSeconds(1)),
                settings.number("candidates", url != null && protocol == Protocol.TEI ? TEI_BATCH : 50));
    }

    private static Protocol protocol(String name) {
        try {
            return Protocol.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw SettingValue.refused("arketic.rerank.protocol", name, "tei or cohere");
        }
    }

    /**
     * Opens the reranker; null where none is set.
     *
     * @throws IllegalArgumentException where the model's file or its tokenizer cannot be loaded
     */
    public @Nullable Reranker open() {
        if (url != null) {
            return new RemoteReranker(url, this);
        }
        return model == null ? null : LocalReranker.load(model);
    }

    /** Shows no key. */
    @Override
    public String toString() {
        return "RerankSettings[" + (model != null ? model : url) + ", " + protocol + ", " + budget + ", " + candidates
                + " candidates]";
    }
}
