package io.arketic.rag.deployment;

import io.arketic.embeddings.SettingValue;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Configures the broker of object events.
 *
 * @param password empty for a broker that asks for none
 * @param securityProtocol Kafka's {@code security.protocol} where there is a password
 * @param saslMechanism PLAIN or one of SCRAM
 */
@ConfigurationProperties("arketic.kafka")
record KafkaProperties(
        @DefaultValue("127.0.0.1:9092") String bootstrapServers,
        @DefaultValue("arketic") String user,
        @DefaultValue("") String password,
        @DefaultValue("SASL_PLAINTEXT") String securityProtocol,
        @DefaultValue("PLAIN") String saslMechanism) {

    KafkaProperties {
        SettingValue.brokers("arketic.kafka.bootstrap-servers", bootstrapServers);
    }

    /** Returns the settings of a client: address and credentials. */
    Map<String, Object> client() {
        Map<String, Object> client = new HashMap<>();
        client.put("bootstrap.servers", bootstrapServers);
        if (!password.isEmpty()) {
            client.put("security.protocol", securityProtocol);
            client.put("sasl.mechanism", saslMechanism);
            client.put(
                    "sasl.jaas.config",
                    "org.apache.kafka.common.security.%s required username=\"%s\" password=\"%s\";"
                            .formatted(
                                    saslMechanism.startsWith("SCRAM")
                                            ? "scram.ScramLoginModule"
                                            : "plain.PlainLoginModule",
                                    quoted(user),
                                    quoted(password)));
        }
        return client;
    }

    private static String quoted(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"");
    }

    /** Shows no password. */
    @Override
    public String toString() {
        return "KafkaProperties[bootstrapServers=" + bootstrapServers + ", user=" + user + "]";
    }
}
