package io.arketic.rag.encryption;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Configures the keys of encrypted columns, a Tink keyset in JSON.
 *
 * @param keyset the keyset itself; the same on every node
 * @param keysetFile where it lies while {@code keyset} is empty; made when it is missing, read again when it changes
 */
@ConfigurationProperties("arketic.encryption")
record EncryptionProperties(
        @DefaultValue("") String keyset,
        @DefaultValue(".arketic/keyset.json") Path keysetFile) {

    /** Shows no keys. */
    @Override
    public String toString() {
        return "EncryptionProperties[keysetFile=" + keysetFile + "]";
    }
}
