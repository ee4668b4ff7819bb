package io.arketic.rag.answer;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The language model that composes answers; without a base address the extractive answerer does.
 *
 * @param baseUrl of an OpenAI-compatible endpoint, for example {@code https://host/v1}
 * @param defaultModel as the endpoint calls it, for chats that name none
 * @param timeout of a whole answer
 */
@ConfigurationProperties("arketic.chat")
record ChatProperties(
        @Nullable URI baseUrl,
        @DefaultValue("") String apiKey,
        @DefaultValue("gpt-4o") String defaultModel,
        @DefaultValue("3m") Duration timeout,
        @DefaultValue("1024") int maxTokens) {

    boolean configured() {
        return baseUrl != null && !baseUrl.toString().isBlank();
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "ChatProperties[baseUrl=" + baseUrl + ", defaultModel=" + defaultModel + "]";
    }
}
