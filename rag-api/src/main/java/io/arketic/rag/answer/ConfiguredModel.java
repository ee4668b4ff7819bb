package io.arketic.rag.answer;

import io.arketic.rag.deployment.DefaultModel;
import org.springframework.stereotype.Component;

/** The language model of the settings; without an endpoint there is none, and the extractive answerer is the default. */
@Component
class ConfiguredModel implements DefaultModel {

    private final ChatProperties settings;

    ConfiguredModel(ChatProperties settings) {
        this.settings = settings;
    }

    @Override
    public String id() {
        return settings.configured() ? settings.defaultModel() : ChatProperties.EXTRACTIVE;
    }
}
