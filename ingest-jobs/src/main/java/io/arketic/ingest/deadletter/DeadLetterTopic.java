package io.arketic.ingest.deadletter;

import io.arketic.ingest.settings.IngestSettings;
import io.arketic.ingest.settings.KafkaSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes the dead letters of objects. A letter is in the topic before the ledger marks its object as dead: a crash
 * between the two repeats the letter and never loses it. Safe for use by several threads.
 */
public final class DeadLetterTopic implements AutoCloseable {

    /** Reports that the broker did not store a letter; the same call may succeed later. */
    public static final class Unavailable extends IOException {

        private static final long serialVersionUID = 1L;

        Unavailable(Throwable cause) {
            super("dead letter not accepted", cause);
        }
    }

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final DeadLetterJson json = new DeadLetterJson();
    private final Producer<byte[], byte[]> producer;

    public DeadLetterTopic(KafkaSettings kafka) {
        Map<String, Object> settings = new HashMap<>(kafka.client());
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, "arketic-ingest-dead-letters");
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE.toMillis());
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int)
                PATIENCE.multipliedBy(2).toMillis());
        producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Returns after the broker has stored the letter. */
    public void publish(DeadLetter letter) throws Unavailable, InterruptedException {
        try {
            producer.send(new ProducerRecord<>(IngestSettings.DEAD_LETTERS_TOPIC, json.key(letter), json.value(letter)))
                    .get();
        } catch (ExecutionException e) {
            throw new Unavailable(e.getCause() == null ? e : e.getCause());
        }
    }

    @Override
    public void close() {
        producer.close(PATIENCE);
    }
}
