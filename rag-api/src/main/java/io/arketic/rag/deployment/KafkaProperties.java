package io.arketic.rag.deployment;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** The broker that object events go to. */
@ConfigurationProperties("arketic.kafka")
record KafkaProperties(@DefaultValue("127.0.0.1:9092") String bootstrapServers) {}
