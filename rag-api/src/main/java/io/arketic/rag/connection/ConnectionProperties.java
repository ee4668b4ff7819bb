package io.arketic.rag.connection;

import io.arketic.embeddings.SettingValue;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Limits one connection and one address.
 *
 * @param perAddress connections that one address may have open at once; 0 is no limit
 * @param headTimeout for a whole request head
 * @param patience how long a body may take, and how long an answer may wait for its reader, however few bytes it has
 * @param leastRate bytes for which they are given one more second each
 * @param spoolLimit bytes on disk for bodies that arrive and answers that leave more slowly than they are made, all together
 */
@ConfigurationProperties("arketic.connection")
record ConnectionProperties(
        @DefaultValue("2048") int perAddress,
        @DefaultValue("10s") Duration headTimeout,
        @DefaultValue("20s") Duration patience,
        @DefaultValue("1KB") DataSize leastRate,
        @DefaultValue("2GB") DataSize spoolLimit) {

    private static final String PREFIX = "arketic.connection.";

    ConnectionProperties {
        SettingValue.atLeast(PREFIX + "per-address", perAddress, 0);
        SettingValue.positive(PREFIX + "head-timeout", headTimeout);
        SettingValue.positive(PREFIX + "patience", patience);
        SettingValue.require(leastRate.toBytes() >= 1, PREFIX + "least-rate", leastRate, "at least a byte");
        SettingValue.require(spoolLimit.toBytes() >= 0, PREFIX + "spool-limit", spoolLimit, "at least 0");
    }

    /** An owner of uploads gets at most half of the limit; see {@link SpoolSpace}. */
    void requireRoomFor(long largestUpload) {
        SettingValue.require(
                largestUpload <= spoolLimit.toBytes() / 2,
                PREFIX + "spool-limit",
                spoolLimit,
                "at least twice spring.servlet.multipart.max-request-size, which is " + largestUpload + " bytes");
    }
}
