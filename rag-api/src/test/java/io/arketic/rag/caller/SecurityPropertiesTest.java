package io.arketic.rag.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class SecurityPropertiesTest {

    @Test
    void hasDefaultsForAllButTheSecret() {
        SecurityProperties security = bind(Map.of("arketic.security.token-secret", "x".repeat(32)));
        assertThat(security.accessTokenLifetime()).isEqualTo(Duration.ofMinutes(15));
        assertThat(security.refreshTokenLifetime()).isEqualTo(Duration.ofDays(30));
        assertThat(security.concurrentHashes()).isEqualTo(2);
        assertThat(security.toString()).doesNotContain("xxx");
    }

    @Test
    void refusesASecretThatCanBeGuessed() {
        assertThatThrownBy(() -> bind(Map.of("arketic.security.token-secret", "x".repeat(31))))
                .isInstanceOf(BindException.class)
                .rootCause()
                .hasMessageContaining("at least 32 bytes");
    }

    private static SecurityProperties bind(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("arketic.security", SecurityProperties.class);
    }
}
