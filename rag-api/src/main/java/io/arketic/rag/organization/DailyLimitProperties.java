package io.arketic.rag.organization;

import io.arketic.embeddings.SettingValue;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Configures what one account may create in a day; 0 is no limit.
 *
 * @param invitations in all organizations together
 * @param organizations made, whether or not they still exist
 */
@ConfigurationProperties("arketic.limit")
record DailyLimitProperties(
        @DefaultValue("50") int invitations,
        @DefaultValue("5") int organizations) {

    DailyLimitProperties {
        SettingValue.atLeast("arketic.limit.invitations", invitations, 0);
        SettingValue.atLeast("arketic.limit.organizations", organizations, 0);
    }
}
