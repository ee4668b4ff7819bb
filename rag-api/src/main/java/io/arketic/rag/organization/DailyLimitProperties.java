package io.arketic.rag.organization;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What one account may make in a day; 0 is any number.
 *
 * @param invitations in all organizations together
 * @param organizations made, whether or not they still exist
 */
@ConfigurationProperties("arketic.limit")
record DailyLimitProperties(
        @DefaultValue("50") int invitations,
        @DefaultValue("5") int organizations) {

    DailyLimitProperties {
        if (invitations < 0 || organizations < 0) {
            throw new IllegalArgumentException("arketic.limit: invitations and organizations are at least 0");
        }
    }
}
