package io.arketic.ingest.notification;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.flink.connector.base.source.reader.RecordsBySplits;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Keeps what a consumer's latest poll returned. After it the consumer reads on behind these records, so a call that fails
 * later has to return them all the same. Kafka makes one for each consumer.
 */
public final class PolledRecords implements ConsumerInterceptor<byte[], byte[]> {

    private static final String KEPT = "arketic.polled";

    /** Holds the records. Used by the thread that polls. */
    static final class Kept {

        private ConsumerRecords<byte[], byte[]> records = ConsumerRecords.empty();

        void clear() {
            records = ConsumerRecords.empty();
        }

        /** Returns the records and forgets them. */
        RecordsWithSplitIds<ConsumerRecord<byte[], byte[]>> take() {
            Map<String, Collection<ConsumerRecord<byte[], byte[]>>> bySplit = new HashMap<>();
            for (TopicPartition partition : records.partitions()) {
                bySplit.put(KafkaPartitionSplit.toSplitId(partition), records.records(partition));
            }
            clear();
            return new RecordsBySplits<>(bySplit, Set.of());
        }
    }

    private Kept kept = new Kept();

    /** Returns the properties of a consumer whose records are kept. */
    static Properties keep(Properties consumer, Kept kept) {
        Properties properties = new Properties();
        properties.putAll(consumer);
        properties.setProperty(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG, PolledRecords.class.getName());
        properties.put(KEPT, kept);
        return properties;
    }

    @Override
    public void configure(Map<String, ?> properties) {
        if (properties.get(KEPT) instanceof Kept own) {
            kept = own;
        }
    }

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
        kept.records = records;
        return records;
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
        // Only what was read counts.
    }

    @Override
    public void close() {
        kept.clear();
    }
}
