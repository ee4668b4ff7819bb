package io.arketic.ingest.notification;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;

class PolledRecordsTest {

    private static final TopicPartition PARTITION = new TopicPartition("events", 3);

    @Test
    void whatAConsumerPolledIsReturnedOnce() {
        PolledRecords.Kept kept = new PolledRecords.Kept();
        ConsumerRecord<byte[], byte[]> record =
                new ConsumerRecord<>(PARTITION.topic(), PARTITION.partition(), 7, new byte[0], new byte[] {1});
        ConsumerRecords<byte[], byte[]> polled = new ConsumerRecords<>(Map.of(PARTITION, List.of(record)), Map.of());

        assertThat(interceptor(kept).onConsume(polled)).isSameAs(polled);

        RecordsWithSplitIds<ConsumerRecord<byte[], byte[]>> taken = kept.take();
        assertThat(taken.nextSplit()).isEqualTo("events-3");
        assertThat(taken.nextRecordFromSplit()).isSameAs(record);
        assertThat(taken.nextRecordFromSplit()).isNull();
        assertThat(taken.nextSplit()).isNull();
        assertThat(taken.finishedSplits()).isEmpty();
        assertThat(kept.take().nextSplit()).isNull();
    }

    /** Returns the interceptor as Kafka's consumer makes it of its properties. */
    @SuppressWarnings("unchecked")
    private static ConsumerInterceptor<byte[], byte[]> interceptor(PolledRecords.Kept kept) {
        Properties consumer = new Properties();
        consumer.setProperty(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, "localhost:1");
        consumer.setProperty(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
        consumer.setProperty(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
        List<ConsumerInterceptor<byte[], byte[]>> made = (List<ConsumerInterceptor<byte[], byte[]>>)
                (List<?>) new ConsumerConfig(PolledRecords.keep(consumer, kept))
                        .getConfiguredInstances(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG, ConsumerInterceptor.class);
        assertThat(made).hasSize(1);
        return made.get(0);
    }
}
