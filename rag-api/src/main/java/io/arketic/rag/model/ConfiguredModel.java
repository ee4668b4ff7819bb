package io.arketic.rag.model;

import io.arketic.rag.deployment.DefaultModel;
import org.springframework.stereotype.Component;

/**
 * Names the language model of the settings, even if no endpoint has it. The extractive answerer answers for it until an
 * endpoint does.
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
    public boolean serves(String model) {
        return model.equals(ChatProperties.EXTRACTIVE)
                || settings.all().stream()
                        .anyMatch(endpoint ->
                                endpoint.models().isEmpty() || endpoint.models().contains(model));
    }

    @Override
    public String shown(String stored) {
        return stored.equals(settings.defaultModel()) && !serves(stored) ? ChatProperties.EXTRACTIVE : stored;
    }
}
