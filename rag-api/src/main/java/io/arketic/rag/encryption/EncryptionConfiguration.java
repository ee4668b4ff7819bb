package io.arketic.rag.encryption;

import io.arketic.schema.encryption.ColumnEncryption;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Creates the encryption of columns from the settings. */
@Configuration(proxyBeanMethods = false)
class EncryptionConfiguration {

    @Bean
    ColumnEncryption columnEncryption(EncryptionProperties settings) {
        return ColumnEncryption.creating(settings.keyset(), settings.keysetFile());
    }
}
