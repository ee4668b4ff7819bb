package io.arketic.embeddings;

import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Describes an endpoint of the OpenAI embeddings protocol and one model behind it.
 *
 * @param id as stored with the vectors
 * @param url base address; {@code /embeddings} is added to an address that ends in {@code /v1}, {@code /v1/embeddings} to
 *     another
 * @param apiKey sent as bearer token; none for endpoints that want none
 * @param model as the endpoint calls it
 * @param maxTokens longest input that the endpoint takes
 * @param tokenizer path of the model's {@code tokenizer.json}, for exact counts. Without it a text counts as many tokens
 *     as it has bytes in UTF-8, and two more: no tokenizer that works on bytes makes more of it, but it is about four
 *     times what English takes up
 * @param timeout of one request
 */
public record RemoteEmbeddingSettings(
        String id,
        URI url,
        @Nullable String apiKey,
        String model,
        int dimensions,
        int maxTokens,
        String queryPrefix,
        double similarityThreshold,
        @Nullable String tokenizer,
        Duration timeout)
        implements Serializable {

    private static final long serialVersionUID = 1L;

    public RemoteEmbeddingSettings {
        String prefix = "arketic.embedding.remote.";
        SettingValue.httpAddress(prefix + "url", url.toString());
        SettingValue.require(LocalModel.named(id).isEmpty(), prefix + "id", id, "no local model");
        SettingValue.atLeast(prefix + "dimensions", dimensions, 1);
        // Fewer leave no room for a text between the special tokens.
        SettingValue.atLeast(prefix + "max-tokens", maxTokens, 16);
        SettingValue.positive(prefix + "timeout", timeout);
    }

    static RemoteEmbeddingSettings from(SettingReader settings) {
        String model = settings.text("model");
        return new RemoteEmbeddingSettings(
                settings.text("id", model),
                settings.httpAddress("url"),
                settings.value("api-key"),
                model,
                settings.number("dimensions"),
                settings.number("max-tokens", 8191),
                settings.verbatim("query-prefix"),
                settings.fraction("similarity-threshold", 0),
                settings.value("tokenizer"),
                settings.duration("timeout", Duration.ofSeconds(30)));
    }

    URI embeddings() {
        String base = url.toString().replaceAll("/+$", "");
        return URI.create(base + (base.endsWith("/v1") ? "/embeddings" : "/v1/embeddings"));
    }

    /** Shows no key. */
    @Override
    public String toString() {
        return "RemoteEmbeddingSettings[" + id + " = " + model + " at " + url + ", " + dimensions + " dimensions]";
    }
}
