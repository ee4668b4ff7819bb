package io.arketic.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.arketic.ingest.settings.IngestSettings;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes to the event topic like a store, and reads the dead letters. */
final class EventTopic implements AutoCloseable {

    private final ObjectMapper json = new ObjectMapper();
    private final Admin admin;
    private final String bootstrapServers;
    private KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> letters;
    private final List<JsonNode> received = new ArrayList<>();

    EventTopic(String bootstrapServers) {
        admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
        this.bootstrapServers = bootstrapServers;
        producer = producer();
        letters = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        TopicPartition partition = new TopicPartition(IngestSettings.DEAD_LETTERS_TOPIC, 0);
        letters.assign(List.of(partition));
        letters.seekToBeginning(List.of(partition));
    }

    private KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers), new ByteArraySerializer(), new ByteArraySerializer());
    }

    void created(String bucket, String key, String etag) throws Exception {
        publish(bucket, key, "s3:ObjectCreated:Put", ",\"eTag\":\"" + etag + "\",\"size\":1");
    }

    void removed(String bucket, String key) throws Exception {
        publish(bucket, key, "s3:ObjectRemoved:Delete", "");
    }

    /** Adds a partition to the topic; returns how many it has now. */
    int addPartition() throws Exception {
        int partitions = 1
                + admin.describeTopics(List.of(IngestSettings.EVENTS_TOPIC))
                        .allTopicNames()
                        .get()
                        .get(IngestSettings.EVENTS_TOPIC)
                        .partitions()
                        .size();
        admin.createPartitions(Map.of(IngestSettings.EVENTS_TOPIC, NewPartitions.increaseTo(partitions)))
                .all()
                .get();
        return partitions;
    }

    /** Deletes the topic with all its events, and waits until the job has created it again. */
    void wipe() throws Exception {
        Uuid former = id().orElseThrow();
        admin.deleteTopics(List.of(IngestSettings.EVENTS_TOPIC)).all().get();
        Deadline.standard()
                .await(
                        "no topic after it was deleted",
                        this::id,
                        id -> id.isPresent() && !id.get().equals(former));
        // The old one would wait for partitions that the new topic does not have.
        producer.close();
        producer = producer();
    }

    private Optional<Uuid> id() throws InterruptedException {
        try {
            return Optional.of(admin.describeTopics(List.of(IngestSettings.EVENTS_TOPIC))
                    .allTopicNames()
                    .get()
                    .get(IngestSettings.EVENTS_TOPIC)
                    .topicId());
        } catch (ExecutionException absent) {
            return Optional.empty();
        }
    }

    void raw(int partition, String value) throws Exception {
        producer.send(new ProducerRecord<>(
                        IngestSettings.EVENTS_TOPIC, partition, null, value.getBytes(StandardCharsets.UTF_8)))
                .get();
    }

    void raw(String value) throws Exception {
        send(null, value);
    }

    private void publish(String bucket, String key, String event, String more) throws Exception {
        send(bucket + "/" + key, """
                {"EventName":"%s","Key":"%s","Records":[{"eventVersion":"2.0","eventSource":"minio:s3",
                "eventTime":"%s","eventName":"%s","s3":{"bucket":{"name":"%s"},"object":{"key":"%s"%s}}}]}""".formatted(
                event, "unused", Instant.now(), event, bucket, URLEncoder.encode(key, StandardCharsets.UTF_8), more));
    }

    private void send(String key, String value) throws Exception {
        producer.send(new ProducerRecord<>(
                        IngestSettings.EVENTS_TOPIC,
                        key == null ? null : key.getBytes(StandardCharsets.UTF_8),
                        value.getBytes(StandardCharsets.UTF_8)))
                .get();
    }

    /** Returns all dead letters so far. */
    List<JsonNode> letters() throws Exception {
        for (ConsumerRecord<byte[], byte[]> letter : letters.poll(Duration.ofMillis(200))) {
            received.add(json.readTree(letter.value()));
        }
        return List.copyOf(received);
    }

    @Override
    public void close() {
        admin.close();
        producer.close();
        letters.close();
    }
}
