package io.arketic.rag.outbound;

import io.arketic.embeddings.SettingValue;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Calls that workflows make.
 *
 * @param allowedNetworks of those that are refused otherwise, as {@code 10.1.0.0/16}
 * @param timeout the longest that one call may take
 */
@ConfigurationProperties("arketic.outbound")
record OutboundProperties(
        @DefaultValue List<String> allowedNetworks,
        @DefaultValue("60s") Duration timeout) {

    OutboundProperties {
        allowedNetworks = List.copyOf(allowedNetworks);
        SettingValue.require(
                allowedNetworks.stream().allMatch(AddressGuard::isNetwork),
                "arketic.outbound.allowed-networks",
                String.join(",", allowedNetworks),
                "networks such as 10.1.0.0/16, with commas between them");
        SettingValue.positive("arketic.outbound.timeout", timeout);
    }
}
