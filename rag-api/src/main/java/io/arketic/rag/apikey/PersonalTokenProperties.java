package io.arketic.rag.apikey;

import io.arketic.embeddings.SettingValue;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Limits personal tokens.
 *
 * @param lifetime longest life of a token; a later end is shortened to it
 * @param providerLifetime longest life of a token that is made in a session of an identity provider
 */
@ConfigurationProperties("arketic.personal-tokens")
record PersonalTokenProperties(
        @DefaultValue("365d") Duration lifetime,
        @DefaultValue("30d") Duration providerLifetime) {

    PersonalTokenProperties {
        SettingValue.positive("arketic.personal-tokens.lifetime", lifetime);
        SettingValue.positive("arketic.personal-tokens.provider-lifetime", providerLifetime);
    }
}
