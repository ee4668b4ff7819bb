package io.arketic.ingest.event;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Accepts every message: an unreadable one becomes a dead letter later and never fails the source. */
public final class NotificationSchema implements KafkaRecordDeserializationSchema<Notification> {

    private static final long serialVersionUID = 1L;

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> message, Collector<Notification> out) {
        out.collect(new Notification(message.topic(), message.partition(), message.offset(), message.value()));
    }

    @Override
    public TypeInformation<Notification> getProducedType() {
        return TypeInformation.of(Notification.class);
    }
}
