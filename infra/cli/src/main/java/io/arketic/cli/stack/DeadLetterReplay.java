package io.arketic.cli.stack;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.arketic.cli.terminal.CommandException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Makes the ingest job look again at the objects of dead letters. It opens the ledger's row first and then sends an
 * event; repeat the call after an interruption. Objects that were indexed, replaced or deleted since stay unchanged.
 */
public final class DeadLetterReplay {

    private static final String EVENTS = "arketic.object-events";

    /** Lists the answers of {@link Ledger#replay} after which an event is sent. */
    private static final Set<String> TOLD = Set.of("opened", "in flight", "unplaced", "unknown");

    private final ObjectMapper json = new ObjectMapper();
    private final Ledger ledger;
    private final Map<String, Object> kafka;

    DeadLetterReplay(Ledger ledger, Map<String, Object> kafka) {
        this.ledger = ledger;
        this.kafka = Map.copyOf(kafka);
    }

    /**
     * Replays the letters since a moment and of a reason; null selects all.
     *
     * @return what was done, for people
     */
    public String replay(@Nullable Instant since, @Nullable String reason)
            throws IOException, SQLException, InterruptedException {
        List<DeadLetters.Letter> all = new DeadLetters(kafka).read(since);
        List<DeadLetters.Letter> letters = all.stream()
                .filter(letter -> reason == null || letter.reason().equals(reason))
                .toList();
        if (letters.isEmpty() && !all.isEmpty()) {
            throw CommandException.unusable(
                    "--reason: no letter has the reason " + reason + "; those that there are have "
                            + all.stream()
                                    .map(DeadLetters.Letter::reason)
                                    .distinct()
                                    .sorted()
                                    .collect(Collectors.joining(", ")));
        }
        Map<String, DeadLetters.Letter> objects = new LinkedHashMap<>();
        Map<String, Integer> left = new TreeMap<>();
        List<ProducerRecord<byte[], byte[]>> events = new ArrayList<>();
        for (DeadLetters.Letter letter : letters) {
            if (letter.key() != null) {
                objects.put(letter.bucket() + "/" + letter.key() + " " + letter.etag(), letter);
            } else if (letter.message() != null) {
                events.add(new ProducerRecord<>(EVENTS, letter.message()));
            } else {
                left.merge("not whole", 1, Integer::sum);
            }
        }
        int messages = events.size();
        for (DeadLetters.Letter letter : objects.values()) {
            String bucket = String.valueOf(letter.bucket());
            String key = String.valueOf(letter.key());
            String etag = String.valueOf(letter.etag());
            String found = ledger.replay(bucket, key, etag);
            if (TOLD.contains(found)) {
                events.add(event(bucket, key, etag));
            } else {
                left.merge(found, 1, Integer::sum);
            }
        }
        send(events);
        return letters.size() + " letters of " + objects.size() + " objects: " + (events.size() - messages)
                + " looked at again, "
                + left.values().stream().mapToInt(Integer::intValue).sum() + " left alone"
                + (left.isEmpty() ? "" : " " + left) + ", " + messages + " unreadable messages sent again";
    }

    private ProducerRecord<byte[], byte[]> event(String bucket, String key, String etag) throws IOException {
        String name = "s3:ObjectCreated:Put";
        ObjectNode notification = json.createObjectNode().put("EventName", name).put("Key", bucket + "/" + key);
        ObjectNode told = notification.putArray("Records").addObject();
        told.put("eventVersion", "2.0")
                .put("eventSource", "minio:s3")
                .put("eventTime", Instant.now().toString())
                .put("eventName", name);
        ObjectNode s3 = told.putObject("s3");
        s3.putObject("bucket").put("name", bucket);
        s3.putObject("object")
                .put("key", URLEncoder.encode(key, StandardCharsets.UTF_8))
                .put("eTag", etag);
        return new ProducerRecord<>(
                EVENTS, (bucket + "/" + key).getBytes(StandardCharsets.UTF_8), json.writeValueAsBytes(notification));
    }

    private void send(List<ProducerRecord<byte[], byte[]>> events) throws IOException, InterruptedException {
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(with("acks", "all"), new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Future<?>> sent = new ArrayList<>();
            events.forEach(event -> sent.add(producer.send(event)));
            for (Future<?> one : sent) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("Kafka did not accept all events; run the command again", e.getCause());
        }
    }

    private Map<String, Object> with(String setting, Object value) {
        Map<String, Object> all = new HashMap<>(kafka);
        all.put(setting, value);
        return all;
    }
}
