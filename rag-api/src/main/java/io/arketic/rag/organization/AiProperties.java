package io.arketic.rag.organization;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What a new organization begins with.
 *
 * @param defaultModel for chats that name none
 */
@ConfigurationProperties("arketic.chat")
record AiProperties(@DefaultValue("gpt-4o") String defaultModel) {

    /** Blank is not set, as Docker Compose passes on what is missing. */
    AiProperties {
        defaultModel = defaultModel.isBlank() ? "gpt-4o" : defaultModel;
    }
}
