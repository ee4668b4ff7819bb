package io.arketic.cli.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads the topic {@code arketic.dead-letters} from a moment to its present end. */
final class DeadLetters {

    /**
     * Describes an object or message that could not be ingested.
     *
     * @param key of an object, with bucket and ETag; null for a message that could not be read
     * @param message such a message whole; null for objects and where the letter holds its beginning only
     */
    record Letter(
            String reason,
            @Nullable String bucket,
            @Nullable String key,
            @Nullable String etag,
            byte @Nullable [] message) {}

    private static final String UNREADABLE = "UNREADABLE_LETTER";
    private static final String TOPIC = "arketic.dead-letters";
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final ObjectMapper json = new ObjectMapper();
    private final Map<String, Object> kafka;

    DeadLetters(Map<String, Object> kafka) {
        this.kafka = Map.copyOf(kafka);
    }

    /**
     * Returns the letters written at {@code since} or later, all with null; those of one object are in writing order.
     */
    List<Letter> read(@Nullable Instant since) throws IOException {
        List<Letter> letters = new ArrayList<>();
        try (Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                with("allow.auto.create.topics", false), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.listTopics().getOrDefault(TOPIC, List.of()).stream()
                    .map(partition -> new TopicPartition(TOPIC, partition.partition()))
                    .toList();
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            seek(consumer, partitions, since, ends);
            Instant deadline = Instant.now().plus(PATIENCE);
            while (!partitions.stream().allMatch(partition -> consumer.position(partition) >= end(ends, partition))) {
                for (ConsumerRecord<byte[], byte[]> found : consumer.poll(POLL)) {
                    if (found.offset() < end(ends, new TopicPartition(TOPIC, found.partition()))) {
                        letters.add(letter(found.value()));
                        deadline = Instant.now().plus(PATIENCE);
                    }
                }
                if (Instant.now().isAfter(deadline)) {
                    throw new IOException("Kafka did not deliver all of " + TOPIC);
                }
            }
        }
        return letters;
    }

    private static void seek(
            Consumer<byte[], byte[]> consumer,
            List<TopicPartition> partitions,
            @Nullable Instant since,
            Map<TopicPartition, Long> ends) {
        if (since == null) {
            consumer.seekToBeginning(partitions);
            return;
        }
        Map<TopicPartition, OffsetAndTimestamp> starts = consumer.offsetsForTimes(partitions.stream()
                .collect(Collectors.toMap(partition -> partition, partition -> since.toEpochMilli())));
        for (TopicPartition partition : partitions) {
            OffsetAndTimestamp start = starts.get(partition);
            consumer.seek(partition, start == null ? end(ends, partition) : start.offset());
        }
    }

    private static long end(Map<TopicPartition, Long> ends, TopicPartition partition) {
        return ends.getOrDefault(partition, 0L);
    }

    /** Parses a letter; an unreadable one becomes a letter of its own, so that it does not stop the others. */
    private Letter letter(byte @Nullable [] value) {
        try {
            return letter(json.readTree(value == null ? new byte[0] : value));
        } catch (IOException noLetter) {
            return new Letter(UNREADABLE, null, null, null, null);
        }
    }

    private static Letter letter(JsonNode letter) throws IOException {
        byte[] message =
                letter.hasNonNull("value_base64") ? letter.path("value_base64").binaryValue() : null;
        boolean whole =
                message != null && message.length == letter.path("value_bytes").asInt();
        return new Letter(
                letter.path("reason").asText(),
                letter.path("bucket").textValue(),
                letter.path("key").textValue(),
                letter.path("etag").textValue(),
                whole ? message : null);
    }

    private Map<String, Object> with(String setting, Object value) {
        Map<String, Object> all = new HashMap<>(kafka);
        all.put(setting, value);
        return all;
    }
}
