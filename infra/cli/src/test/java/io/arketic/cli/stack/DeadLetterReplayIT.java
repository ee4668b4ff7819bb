package io.arketic.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.arketic.schema.migration.SchemaMigrator;
import io.arketic.schema.tenancy.DatabaseSettings;
import io.arketic.services.DatabaseAccess;
import io.arketic.services.Fixtures;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tests letters in a real broker and the ledger in a real database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeadLetterReplayIT {

    private static final String LETTERS = "arketic.dead-letters";
    private static final String EVENTS = "arketic.object-events";
    private static final String OLD = "2026-01-01 00:00:00Z";
    private static final String NEW = "2026-02-01 00:00:00Z";

    private final ObjectMapper json = new ObjectMapper();
    private DatabaseAccess owner;
    private String organization;
    private KafkaProducer<byte[], byte[]> producer;
    private DeadLetterReplay replay;

    @BeforeAll
    void start() throws Exception {
        Fixtures.Database database = Fixtures.database("migrated", DeadLetterReplayIT::migrate);
        owner = new DatabaseAccess(database.url(), database.user(), database.password());
        organization = UUID.randomUUID().toString();
        execute("insert into organizations (id, name, slug) values ('" + organization + "', 'A', 'a')");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", Fixtures.kafka()))) {
            // Other tests of this run may have made them.
            Set<String> made = admin.listTopics().names().get();
            admin.createTopics(Stream.of(LETTERS, EVENTS)
                            .filter(topic -> !made.contains(topic))
                            .map(topic -> new NewTopic(topic, 2, (short) 1))
                            .toList())
                    .all()
                    .get();
        }
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", Fixtures.kafka()), new ByteArraySerializer(), new ByteArraySerializer());
        replay = new DeadLetterReplay(new Ledger(owner), Map.of("bootstrap.servers", Fixtures.kafka()));
    }

    private static void migrate(Fixtures.Database database) {
        new SchemaMigrator(
                        new DatabaseSettings(database.url(), database.user(), database.password(), 1),
                        Fixtures.ROLE_PASSWORD)
                .migrate();
    }

    @AfterAll
    void stop() {
        producer.close();
    }

    @Test
    void whatIsStillDeadIsLookedAtAgainAndTheRestIsLeftAlone() throws Exception {
        String run = UUID.randomUUID().toString().substring(0, 8);
        enter(run + "/dead.txt", "e", OLD, "dead", true);
        enter(run + "/replaced.txt", "e", OLD, "dead", true);
        enter(run + "/replaced.txt", "f", NEW, "indexed", true);
        enter(run + "/indexed.txt", "e", OLD, "indexed", true);
        enter(run + "/deleted.txt", "e", OLD, "deleted", true);
        enter(run + "/nobody.txt", "e", OLD, "dead", false);
        for (String name : List.of("dead", "replaced", "indexed", "deleted", "nobody", "unseen", "dead")) {
            letter(run, run + "/" + name + ".txt");
        }
        letter(run + "-other", run + "/dead-too.txt");

        assertThat(replay.replay(null, run))
                .isEqualTo(
                        "7 letters of 6 objects: 3 looked at again, 3 left alone {deleted=1, indexed=1, superseded=1},"
                                + " 0 unreadable messages sent again");

        assertThat(events(run))
                .containsExactlyInAnyOrder(run + "/dead.txt e", run + "/nobody.txt e", run + "/unseen.txt e");
        assertThat(state(run + "/dead.txt")).isEqualTo("received");
        assertThat(state(run + "/nobody.txt")).as("the event decides").isEqualTo("dead");

        assertThat(replay.replay(null, run)).as("once more").contains("3 looked at again, 3 left alone");
    }

    @Test
    void onlyLettersSinceThenAreTaken() throws Exception {
        String run = UUID.randomUUID().toString().substring(0, 8);
        letter(run, run + "/before.txt");
        Instant since = Instant.now().plus(Duration.ofMinutes(30));
        producer.send(new ProducerRecord<>(
                        LETTERS, null, since.toEpochMilli() + 1, null, letterOf(run, run + "/after.txt")))
                .get();

        assertThat(replay.replay(since, run)).startsWith("1 letters of 1 objects: 1 looked at again");
        assertThat(events(run)).containsExactly(run + "/after.txt e");
    }

    @Test
    void anUnreadableMessageIsSentAgainAsItWas() throws Exception {
        String run = UUID.randomUUID().toString().substring(0, 8);
        byte[] message = ("no JSON at all " + run).getBytes(StandardCharsets.UTF_8);
        // What is no letter at all does not stop the others.
        producer.send(new ProducerRecord<>(LETTERS, message)).get();
        producer.send(new ProducerRecord<>(LETTERS, null)).get();
        producer.send(new ProducerRecord<>(
                        LETTERS,
                        json.writeValueAsBytes(json.createObjectNode()
                                .put("reason", run)
                                .put("value_bytes", message.length)
                                .put("value_base64", message))))
                .get();
        producer.send(new ProducerRecord<>(
                        LETTERS,
                        json.writeValueAsBytes(json.createObjectNode()
                                .put("reason", run)
                                .put("value_bytes", 1 << 20)
                                .put("value_base64", message))))
                .get();

        assertThat(replay.replay(null, run))
                .isEqualTo("2 letters of 0 objects: 0 looked at again, 1 left alone {not whole=1},"
                        + " 1 unreadable messages sent again");
        assertThat(raw().stream()
                        .map(event -> new String(event.value(), StandardCharsets.UTF_8))
                        .filter(event -> event.contains(run)))
                .containsExactly("no JSON at all " + run);
    }

    private void enter(String key, String etag, String modified, String state, boolean placed) throws SQLException {
        execute(
                "insert into ingest_ledger (organization_id, bucket, object_key, etag, last_modified, size, state, reason,"
                        + " epoch, ended_at) values (" + (placed ? "'" + organization + "'" : "null") + ", 'b', '" + key
                        + "', '" + etag
                        + "', '" + modified + "', 1, '" + state + "', 'X', " + (modified.equals(OLD) ? 1 : 2)
                        + ", now())");
    }

    private void letter(String reason, String key) throws Exception {
        producer.send(new ProducerRecord<>(
                        LETTERS, ("b/" + key).getBytes(StandardCharsets.UTF_8), letterOf(reason, key)))
                .get();
    }

    private byte[] letterOf(String reason, String key) throws Exception {
        return json.writeValueAsBytes(json.createObjectNode()
                .put("reason", reason)
                .put("bucket", "b")
                .put("key", key)
                .put("etag", "e"));
    }

    /** Returns keys and ETags of the events under a prefix. */
    private List<String> events(String prefix) throws Exception {
        List<String> found = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> event : raw()) {
            if (event.key() == null) {
                continue;
            }
            JsonNode object = json.readTree(event.value())
                    .path("Records")
                    .path(0)
                    .path("s3")
                    .path("object");
            String key = new String(event.key(), StandardCharsets.UTF_8);
            if (key.startsWith("b/" + prefix)) {
                found.add(key.substring(2) + " " + object.path("eTag").asText());
            }
        }
        return found;
    }

    private List<ConsumerRecord<byte[], byte[]>> raw() {
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", Fixtures.kafka()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(EVENTS).stream()
                    .map(partition -> new TopicPartition(EVENTS, partition.partition()))
                    .toList();
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(200)).forEach(found::add);
            }
        }
        return found;
    }

    private String state(String key) throws SQLException {
        try (Connection connection = DriverManager.getConnection(owner.url(), owner.user(), owner.password());
                Statement statement = connection.createStatement();
                var row = statement.executeQuery("select state from ingest_ledger where object_key = '" + key + "'")) {
            row.next();
            return row.getString(1);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(owner.url(), owner.user(), owner.password());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
