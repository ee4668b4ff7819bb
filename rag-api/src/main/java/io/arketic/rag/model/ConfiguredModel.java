package io.arketic.rag.model;

import io.arketic.rag.deployment.DefaultModel;
import org.springframework.stereotype.Component;

/**
 * The language model of the settings, also while no endpoint has it: what begins with it is answered by the extractive
 * answerer until there is one, and by the model from then on.
 */
@Component
class ConfiguredModel implements DefaultModel {

    private final ChatProperties settings;

    ConfiguredModel(ChatProperties settings) {
        this.settings = settings;
    }

    @Override
    public String id() {
        return settings.defaultModel();
    }

    @Override
    public String shown(String stored) {
        return stored.equals(settings.defaultModel())
                        && settings.all().stream()
                                .noneMatch(endpoint -> endpoint.models().isEmpty()
                                        || endpoint.models().contains(stored))
                ? ChatProperties.EXTRACTIVE
                : stored;
    }
}
