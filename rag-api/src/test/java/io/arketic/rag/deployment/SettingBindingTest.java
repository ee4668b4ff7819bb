package io.arketic.rag.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class SettingBindingTest {

    @ParameterizedTest
    @ValueSource(strings = {"30s", "PT30S", "30000ms"})
    void takesADurationInEachForm(String value) {
        assertThat(store("arketic.store.link-lifetime", value).linkLifetime()).isEqualTo(Duration.ofSeconds(30));
    }

    @ParameterizedTest
    @CsvSource({
        "arketic.store.link-lifetime,300,ARKETIC_STORE_LINK_LIFETIME",
        "arketic.store.link-lifetime,soon,ARKETIC_STORE_LINK_LIFETIME",
        "arketic.store.endpoint,127.0.0.1:9000,ARKETIC_STORE_ENDPOINT"
    })
    void refusesByName(String setting, String value, String variable) {
        assertThatThrownBy(() -> store(setting, value))
                .isInstanceOf(BindException.class)
                .rootCause()
                .hasMessageContaining(variable)
                .hasMessageContaining("'" + value + "'")
                .hasMessageContaining("must be");
    }

    @Test
    void leavesTheSettingsOfOthers() {
        assertThat(bind("spring.mvc.async", Duration.class, Map.of("spring.mvc.async", "300")))
                .isEqualTo(Duration.ofMillis(300));
    }

    private static StoreProperties store(String setting, String value) {
        return bind("arketic.store", StoreProperties.class, Map.of(setting, value));
    }

    private static <T> T bind(String name, Class<T> type, Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate(name, Bindable.of(type), new SettingBinding().apply(BindHandler.DEFAULT));
    }
}
