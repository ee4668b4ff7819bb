package io.arketic.ingest.settings;

import io.arketic.embeddings.SettingReader;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.security.plain.PlainLoginModule;
import org.apache.kafka.common.security.scram.ScramLoginModule;

/**
 * Describes the access to Kafka.
 *
 * @param password empty for a broker that asks for none
 * @param protocol Kafka's {@code security.protocol} where there is a password
 * @param mechanism Kafka's {@code sasl.mechanism}: PLAIN or one of SCRAM
 */
public record KafkaSettings(String bootstrapServers, String user, String password, String protocol, String mechanism)
        implements Serializable {

    static KafkaSettings from(SettingReader settings) {
        return new KafkaSettings(
                settings.brokers("kafka.bootstrap-servers", "127.0.0.1:9092"),
                settings.text("kafka.user", "arketic"),
                settings.text("kafka.password", ""),
                settings.text("kafka.security-protocol", "SASL_PLAINTEXT"),
                settings.text("kafka.sasl-mechanism", "PLAIN"));
    }

    /** Returns the settings of any client: a producer, a consumer, an administrator. */
    public Map<String, String> client() {
        Map<String, String> client = new LinkedHashMap<>();
        client.put("bootstrap.servers", bootstrapServers);
        if (!password.isEmpty()) {
            Class<?> login = mechanism.startsWith("SCRAM") ? ScramLoginModule.class : PlainLoginModule.class;
            client.put("security.protocol", protocol);
            client.put(SaslConfigs.SASL_MECHANISM, mechanism);
            client.put(
                    SaslConfigs.SASL_JAAS_CONFIG,
                    "%s required username=\"%s\" password=\"%s\";"
                            .formatted(login.getName(), quoted(user), quoted(password)));
        }
        return client;
    }

    private static String quoted(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"");
    }

    /** Shows no password. */
    @Override
    public String toString() {
        return "KafkaSettings[bootstrapServers=" + bootstrapServers + ", user=" + user + "]";
    }
}
