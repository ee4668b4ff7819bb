package io.arketic.rag.organization;

import io.arketic.embeddings.SettingValue;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Configures what happens to the property of former members.
 *
 * @param delay between the end of a membership and the handover
 */
@ConfigurationProperties("arketic.handover")
record HandoverProperties(@DefaultValue("24h") Duration delay) {

    HandoverProperties {
        SettingValue.positive("arketic.handover.delay", delay);
    }
}
