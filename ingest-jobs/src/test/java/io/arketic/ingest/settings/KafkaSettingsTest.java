package io.arketic.ingest.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.embeddings.SettingReader;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaSettingsTest {

    @Test
    void aBrokerWithoutAPasswordIsReachedInTheClear() {
        assertThat(KafkaSettings.from(SettingReader.of(Map.of())).client())
                .isEqualTo(Map.of("bootstrap.servers", "127.0.0.1:9092"));
    }

    @Test
    void everyPasswordLogsIn() {
        KafkaSettings settings = KafkaSettings.from(SettingReader.of(
                Map.of("ARKETIC_KAFKA_BOOTSTRAP_SERVERS", "k:1", "ARKETIC_KAFKA_PASSWORD", "a\"b\\c")));
        assertThat(settings.client())
                .containsEntry("security.protocol", "SASL_PLAINTEXT")
                .containsEntry("sasl.mechanism", "PLAIN")
                .containsEntry(
                        "sasl.jaas.config",
                        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"arketic\""
                                + " password=\"a\\\"b\\\\c\";");
        assertThat(settings.toString()).doesNotContain("a\"b");
    }

    @Test
    void aBrokerElsewhereAsksForMore() {
        assertThat(KafkaSettings.from(SettingReader.of(Map.of(
                                "ARKETIC_KAFKA_USER", "me",
                                "ARKETIC_KAFKA_PASSWORD", "secret",
                                "ARKETIC_KAFKA_SECURITY_PROTOCOL", "SASL_SSL",
                                "ARKETIC_KAFKA_SASL_MECHANISM", "SCRAM-SHA-512")))
                        .client())
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("sasl.mechanism", "SCRAM-SHA-512")
                .hasEntrySatisfying(
                        "sasl.jaas.config",
                        jaas -> assertThat(jaas).contains("ScramLoginModule required username=\"me\""));
    }
}
