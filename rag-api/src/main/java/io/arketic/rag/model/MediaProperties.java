package io.arketic.rag.model;

import io.arketic.embeddings.SettingValue;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Configures the models that describe pictures and write down speech.
 *
 * @param baseUrl of an OpenAI-compatible endpoint; without it files have no descriptions
 * @param captionModel that looks at pictures; empty for none
 * @param transcriptionModel that listens to speech; empty for none
 * @param timeout of one description
 */
@ConfigurationProperties("arketic.media")
record MediaProperties(
        @Nullable URI baseUrl,
        @DefaultValue("") String apiKey,
        @DefaultValue("") String captionModel,
        @DefaultValue("") String transcriptionModel,
        @DefaultValue("60s") Duration timeout) {

    MediaProperties {
        if (baseUrl != null && !baseUrl.toString().isBlank()) {
            SettingValue.httpAddress("arketic.media.base-url", baseUrl.toString());
        }
        SettingValue.positive("arketic.media.timeout", timeout);
    }

    /** Shows no key. */
    @Override
    public String toString() {
        return "MediaProperties[baseUrl=" + baseUrl + ", captionModel=" + captionModel + ", transcriptionModel="
                + transcriptionModel + ", timeout=" + timeout + "]";
    }
}
