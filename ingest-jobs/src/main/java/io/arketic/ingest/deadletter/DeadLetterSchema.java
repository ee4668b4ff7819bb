package io.arketic.ingest.deadletter;

import org.apache.flink.api.common.serialization.SerializationSchema.InitializationContext;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Writes dead letters into their topic. */
public final class DeadLetterSchema implements KafkaRecordSerializationSchema<DeadLetter> {

    private static final long serialVersionUID = 1L;

    private final String topic;
    private transient DeadLetterJson json;

    @SuppressWarnings("NullAway.Init") // made by open, on the machine that writes
    public DeadLetterSchema(String topic) {
        this.topic = topic;
    }

    @Override
    public void open(InitializationContext context, KafkaSinkContext sink) {
        json = new DeadLetterJson();
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(DeadLetter letter, KafkaSinkContext context, Long timestamp) {
        return new ProducerRecord<>(topic, json.key(letter), json.value(letter));
    }
}
