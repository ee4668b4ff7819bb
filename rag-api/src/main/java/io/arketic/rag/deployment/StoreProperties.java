package io.arketic.rag.deployment;

import io.arketic.embeddings.SettingValue;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Configures the S3 store of the original files.
 *
 * @param bucket where dropped files lie, as {@code {organization slug}/{knowledge base id}/{path}}
 * @param region that requests are signed for; empty asks the store for it
 * @param publicEndpoint where clients reach the store, for links that they are given; empty for {@code endpoint}
 * @param linkLifetime how long such a link opens; S3 allows a week
 */
@ConfigurationProperties("arketic.store")
public record StoreProperties(
        @DefaultValue("http://127.0.0.1:9000") String endpoint,
        @DefaultValue("") String accessKey,
        @DefaultValue("") String secretKey,
        @DefaultValue("knowledge") String bucket,
        @DefaultValue("") String region,
        @DefaultValue("") String publicEndpoint,
        @DefaultValue("5m") Duration linkLifetime) {

    private static final Duration LONGEST_LINK = Duration.ofDays(7);

    public StoreProperties {
        SettingValue.httpAddress("arketic.store.endpoint", endpoint);
        if (!publicEndpoint.isBlank()) {
            SettingValue.httpAddress("arketic.store.public-endpoint", publicEndpoint);
        }
        SettingValue.bucket("arketic.store.bucket", bucket);
        SettingValue.require(
                linkLifetime.compareTo(Duration.ofSeconds(1)) >= 0 && linkLifetime.compareTo(LONGEST_LINK) <= 0,
                "arketic.store.link-lifetime",
                linkLifetime,
                "from a second to seven days");
    }

    /** Shows no keys. */
    @Override
    public String toString() {
        return "StoreProperties[endpoint=" + endpoint + ", bucket=" + bucket + "]";
    }
}
