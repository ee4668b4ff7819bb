package io.arketic.rag.deployment;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The S3 store that holds the original files.
 *
 * @param bucket where dropped files lie, as {@code {organization slug}/{knowledge base id}/{path}}
 */
@ConfigurationProperties("arketic.store")
public record StoreProperties(
        @DefaultValue("http://127.0.0.1:9000") String endpoint,
        @DefaultValue("") String accessKey,
        @DefaultValue("") String secretKey,
        @DefaultValue("knowledge") String bucket) {

    /** Without the keys. */
    @Override
    public String toString() {
        return "StoreProperties[endpoint=" + endpoint + ", bucket=" + bucket + "]";
    }
}
