package io.arketic.rag.organization;

import io.arketic.embeddings.SettingValue;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Configures the limits of each subscription tier. An organization has them from its creation, or from the day it gets the
 * tier; a later change of the settings leaves it as it is.
 */
@ConfigurationProperties("arketic.tiers")
record TierProperties(
        @DefaultValue Free free,
        @DefaultValue Starter starter,
        @DefaultValue Professional professional,
        @DefaultValue Enterprise enterprise) {

    /** Holds what an organization may use. */
    interface Limits {

        int members();

        int storageGb();

        int aiRequestsPerMonth();
    }

    TierProperties {
        check("free", free);
        check("starter", starter);
        check("professional", professional);
        check("enterprise", enterprise);
    }

    private static void check(String tier, Limits limits) {
        SettingValue.atLeast("arketic.tiers." + tier + ".members", limits.members(), 1);
        SettingValue.atLeast("arketic.tiers." + tier + ".storage-gb", limits.storageGb(), 0);
        SettingValue.atLeast("arketic.tiers." + tier + ".ai-requests-per-month", limits.aiRequestsPerMonth(), 0);
    }

    /** @throws IllegalArgumentException when there is no such tier */
    Limits of(String tier) {
        return switch (tier) {
            case "free" -> free;
            case "starter" -> starter;
            case "professional" -> professional;
            case "enterprise" -> enterprise;
            default -> throw new IllegalArgumentException("No such tier: " + tier);
        };
    }

    record Free(
            @DefaultValue("5") int members,
            @DefaultValue("1") int storageGb,
            @DefaultValue("1000") int aiRequestsPerMonth)
            implements Limits {}

    record Starter(
            @DefaultValue("20") int members,
            @DefaultValue("10") int storageGb,
            @DefaultValue("10000") int aiRequestsPerMonth)
            implements Limits {}

    record Professional(
            @DefaultValue("100") int members,
            @DefaultValue("100") int storageGb,
            @DefaultValue("100000") int aiRequestsPerMonth)
            implements Limits {}

    record Enterprise(
            @DefaultValue("10000") int members,
            @DefaultValue("10000") int storageGb,
            @DefaultValue("10000000") int aiRequestsPerMonth)
            implements Limits {}
}
