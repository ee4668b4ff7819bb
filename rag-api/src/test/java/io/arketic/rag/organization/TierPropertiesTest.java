package io.arketic.rag.organization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class TierPropertiesTest {

    @Test
    void eachTierHasTheLimitsOfItsSettings() {
        TierProperties usual = bound(Map.of());
        assertThat(usual.of("free")).isEqualTo(new TierProperties.Free(5, 1, 1000));
        assertThat(usual.of("enterprise").members()).isEqualTo(10_000);
        TierProperties other =
                bound(Map.of("arketic.tiers.free.members", "50", "arketic.tiers.starter.ai-requests-per-month", "7"));
        assertThat(other.of("free")).isEqualTo(new TierProperties.Free(50, 1, 1000));
        assertThat(other.of("starter").aiRequestsPerMonth()).isEqualTo(7);
        assertThatExceptionOfType(BindException.class)
                .isThrownBy(() -> bound(Map.of("arketic.tiers.professional.members", "0")))
                .withStackTraceContaining("ARKETIC_TIERS_PROFESSIONAL_MEMBERS");
    }

    private static TierProperties bound(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("arketic.tiers", TierProperties.class);
    }
}
