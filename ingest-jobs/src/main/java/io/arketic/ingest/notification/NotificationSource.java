package io.arketic.ingest.notification;

import io.arketic.ingest.event.Notification;
import io.arketic.ingest.event.NotificationSchema;
import io.arketic.ingest.settings.IngestSettings;
import io.arketic.ingest.settings.KafkaSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.synchronization.FutureCompletingBlockingQueue;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceOptions;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.metrics.KafkaSourceReaderMetrics;
import org.apache.flink.connector.kafka.source.reader.KafkaRecordEmitter;
import org.apache.flink.connector.kafka.source.reader.KafkaSourceReader;
import org.apache.flink.connector.kafka.source.reader.fetcher.KafkaSourceFetcherManager;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the store's notifications from Kafka, and waits while Kafka does not answer: an outage of any length, a topic
 * that was deleted or emptied, and a new partition restart no job. What is lost with a topic is found by the listing.
 */
public final class NotificationSource implements Source<Notification, KafkaPartitionSplit, KafkaSourceEnumState> {

    private static final long serialVersionUID = 1L;

    /** Sets the time after which a call to Kafka has failed, and the time between two listings of partitions. */
    private static final Duration CALL = Duration.ofSeconds(10);

    private final KafkaSettings settings;
    private final String group;
    private final KafkaSource<Notification> kafka;
    private transient volatile @Nullable PatientEnumeratorContext<KafkaPartitionSplit> latest;

    /** @param group that the offsets are committed for; a job without state begins there */
    public NotificationSource(KafkaSettings settings, String group) {
        this.settings = settings;
        this.group = group;
        this.kafka = KafkaSource.<Notification>builder()
                .setProperties(client())
                .setTopics(List.of(IngestSettings.EVENTS_TOPIC))
                .setGroupId(group)
                .setStartingOffsets(OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST))
                .setDeserializer(new NotificationSchema())
                .setProperty(KafkaSourceOptions.PARTITION_DISCOVERY_INTERVAL_MS.key(), String.valueOf(CALL.toMillis()))
                .build();
    }

    private Properties client() {
        Properties properties = new Properties();
        properties.putAll(settings.client());
        properties.setProperty("default.api.timeout.ms", String.valueOf(CALL.toMillis()));
        properties.setProperty("request.timeout.ms", String.valueOf(CALL.toMillis()));
        return properties;
    }

    @Override
    public Boundedness getBoundedness() {
        return kafka.getBoundedness();
    }

    @Override
    public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> createEnumerator(
            SplitEnumeratorContext<KafkaPartitionSplit> context) {
        return kafka.createEnumerator(patient(context));
    }

    @Override
    public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> restoreEnumerator(
            SplitEnumeratorContext<KafkaPartitionSplit> context, KafkaSourceEnumState state) throws IOException {
        return kafka.restoreEnumerator(patient(context), state);
    }

    private PatientEnumeratorContext<KafkaPartitionSplit> patient(SplitEnumeratorContext<KafkaPartitionSplit> context) {
        PatientEnumeratorContext<KafkaPartitionSplit> patient = new PatientEnumeratorContext<>(context, settings);
        latest = patient;
        // After a failure of the job, Flink keeps the gauges of the first enumerator.
        context.metricGroup().addGroup("arketic").gauge("eventsFailingSeconds", this::failingSeconds);
        return patient;
    }

    private long failingSeconds() {
        PatientEnumeratorContext<KafkaPartitionSplit> context = latest;
        return context == null ? 0 : context.failingSeconds();
    }

    @Override
    public SourceReader<Notification, KafkaPartitionSplit> createReader(SourceReaderContext context) {
        var records = new FutureCompletingBlockingQueue<RecordsWithSplitIds<ConsumerRecord<byte[], byte[]>>>();
        KafkaSourceReaderMetrics metrics = new KafkaSourceReaderMetrics(context.metricGroup());
        Properties consumer = consumer();
        FailingTime failing = new FailingTime();
        context.metricGroup().addGroup("arketic").gauge("eventsUnreadSeconds", failing::seconds);
        return new KafkaSourceReader<>(
                records,
                new KafkaSourceFetcherManager(
                        records, () -> new PatientSplitReader(consumer, context, metrics, failing), finished -> {}),
                new KafkaRecordEmitter<>(new NotificationSchema()),
                new Configuration(),
                context,
                metrics);
    }

    private Properties consumer() {
        Properties properties = client();
        properties.setProperty(ConsumerConfig.GROUP_ID_CONFIG, group);
        properties.setProperty(KafkaSourceOptions.CLIENT_ID_PREFIX.key(), group);
        properties.setProperty(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.setProperty(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.setProperty(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
        properties.setProperty(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
        return properties;
    }

    @Override
    public SimpleVersionedSerializer<KafkaPartitionSplit> getSplitSerializer() {
        return kafka.getSplitSerializer();
    }

    @Override
    public SimpleVersionedSerializer<KafkaSourceEnumState> getEnumeratorCheckpointSerializer() {
        return kafka.getEnumeratorCheckpointSerializer();
    }
}
