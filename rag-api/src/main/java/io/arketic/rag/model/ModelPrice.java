package io.arketic.rag.model;

import io.arketic.embeddings.SettingValue;
import java.math.BigDecimal;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Holds the price of a model, in the deployment's currency.
 *
 * @param model as its endpoint calls it, or an embedding model
 */
public record ModelPrice(
        @DefaultValue("") String model,
        @DefaultValue("0") BigDecimal inputPerMillionTokens,
        @DefaultValue("0") BigDecimal outputPerMillionTokens) {

    /** Creates a price that is the same for all tokens. */
    static ModelPrice ofAll(String model, BigDecimal perMillionTokens) {
        return new ModelPrice(model, perMillionTokens, perMillionTokens);
    }

    void check(String prefix) {
        SettingValue.require(!model.isBlank(), prefix + "model", model, "the name of a model");
        SettingValue.require(
                inputPerMillionTokens.signum() >= 0,
                prefix + "input-per-million-tokens",
                inputPerMillionTokens,
                "at least 0");
        SettingValue.require(
                outputPerMillionTokens.signum() >= 0,
                prefix + "output-per-million-tokens",
                outputPerMillionTokens,
                "at least 0");
    }
}
