package io.arketic.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.arketic.ingest.deadletter.DeadLetter;
import io.arketic.ingest.object.ObjectStore;
import io.arketic.ingest.settings.IngestSettings;
import io.arketic.ingest.settings.Topics;
import io.arketic.schema.search.ChunkHit;
import io.arketic.services.Broker;
import io.arketic.services.Fixtures;
import io.arketic.services.FlinkRest;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Tests the whole job, in this process, on real services: one run for all tests, as in production. */
@TestInstance(Lifecycle.PER_CLASS)
class IngestJobIT {

    private EmbeddingEndpoint endpoint;
    private Testbed bed;
    private Broker broker;
    private EventTopic topic;
    private Valve store;
    private JobClient job;
    private FlinkRest rest;

    @BeforeAll
    void start() throws Exception {
        endpoint = new EmbeddingEndpoint();
        bed = new Testbed();
        endpoint.configure(bed.environment());
        store = new Valve(URI.create(bed.settings().store().endpoint()));
        bed.environment().put("ARKETIC_STORE_ENDPOINT", store.address());
        broker = Fixtures.broker();
        bed.environment().put("ARKETIC_KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
        IngestSettings settings = bed.settings();
        Topics.create(settings.kafka());
        try (ObjectStore store = new ObjectStore(settings.store())) {
            store.makeBucket(bed.bucket());
        }
        topic = new EventTopic(broker.bootstrapServers());
        int port = freePort();
        rest = new FlinkRest(URI.create("http://127.0.0.1:" + port));
        job = submit(
                settings,
                new IngestJob(
                        settings,
                        IngestJob.notifications(settings),
                        Boundedness.CONTINUOUS_UNBOUNDED,
                        new DiscardingSink<>(),
                        IngestJob.deadLetters(settings)),
                port);
    }

    @AfterAll
    void stop() throws Exception {
        job.cancel().get(60, TimeUnit.SECONDS);
        topic.close();
        bed.close();
        store.close();
        endpoint.close();
        broker.stop();
    }

    @Test
    void aStoreThatIsDownDelaysFilesAndRestartsNothing() throws Exception {
        Optional<String> failure = rest.failure(job.getJobID().toString());
        String key = bed.key("during-an-outage.txt");
        bed.put(key, "Storks nest on chimneys.");
        awaitStates(key, List.of("indexed"));
        store.shut();
        try {
            bed.put(key, "Storks nest on chimneys, and on the masts of power lines.");
            topic.created(bed.bucket(), key, bed.etag(key));
            Deadline.standard().await("waits for the store", () -> metric("outage.store"), count -> count > 0);
        } finally {
            store.open();
        }

        awaitStates(key, List.of("superseded", "indexed"));
        assertThat(rest.failure(job.getJobID().toString())).isEqualTo(failure);
    }

    @Test
    void aModelThatIsDownParksItsFilesAndNoOthers() throws Exception {
        Optional<String> failure = rest.failure(job.getJobID().toString());
        UUID base = bed.knowledgeBase(EmbeddingEndpoint.MODEL);
        endpoint.failAfter(0);
        for (int i = 0; i < 20; i++) {
            bed.put(bed.key(base, i + ".txt"), "Statement number " + i + " of a tenant whose model is down.");
        }
        String other = bed.key("meanwhile-indexed.txt");
        bed.put(other, "The model of this knowledge base runs in the process.");
        awaitStates(other, List.of("indexed"));
        Deadline.standard()
                .await(
                        "parked",
                        () -> bed.ledger(),
                        rows -> rows.stream()
                                        .filter(row -> row.state().equals("received")
                                                && "EMBEDDING_UNAVAILABLE".equals(row.reason()))
                                        .count()
                                == 20);
        assertThat(rest.failure(job.getJobID().toString())).isEqualTo(failure);

        endpoint.recover();

        for (int i = 0; i < 20; i++) {
            awaitStates(bed.key(base, i + ".txt"), List.of("indexed"));
        }
        assertThat(rest.failure(job.getJobID().toString())).isEqualTo(failure);
        assertThat(bed.reason(bed.key(base, "0.txt"))).isNull();
    }

    @Test
    void aBrokerThatIsAwayLongerThanItsTimeOutRestartsNothing() throws Exception {
        Optional<String> failure = rest.failure(job.getJobID().toString());
        UUID base = bed.knowledgeBase(EmbeddingEndpoint.MODEL);
        String slow = bed.key(base, "slow.txt");
        endpoint.hold();
        try {
            bed.put(slow, "A file whose texts take longer than the broker's outage.");
            endpoint.awaitHeld();
            broker.stop();
            Deadline.standard().await("partitions not listed", this::eventsFailingSeconds, seconds -> seconds > 0);
            broker.start();
            Deadline.standard().await("partitions listed", this::eventsFailingSeconds, seconds -> seconds == 0);
        } finally {
            endpoint.recover();
        }

        assertThat(rest.failure(job.getJobID().toString())).isEqualTo(failure);
        awaitStates(slow, List.of("indexed"));
        awaitRead("no event after an outage", text -> topic.raw(text));
        assertThat(rest.failure(job.getJobID().toString())).isEqualTo(failure);
    }

    @Test
    void anotherPartitionAndATopicThatWasWipedAreReadAndRestartNothing() throws Exception {
        Optional<String> failure = rest.failure(job.getJobID().toString());
        int partitions = topic.addPartition();
        awaitRead("no event in the new partition", text -> topic.raw(partitions - 1, text));
        topic.wipe();
        awaitRead("no event in the new topic", text -> topic.raw(text));
        assertThat(rest.failure(job.getJobID().toString())).isEqualTo(failure);
        assertThat(job.getJobStatus().get()).isEqualTo(JobStatus.RUNNING);
    }

    private interface Sender {
        void send(String text) throws Exception;
    }

    /** Sends unreadable messages until one of them is a dead letter: that needs the topic, and no listing. */
    private void awaitRead(String text, Sender sender) throws Exception {
        Deadline.standard()
                .await(
                        text,
                        () -> {
                            sender.send(text);
                            return letters(DeadLetter.MALFORMED_EVENT);
                        },
                        letters -> letters.stream()
                                .map(letter -> letter.path("value_base64").asText())
                                .anyMatch(
                                        value -> new String(Base64.getDecoder().decode(value)).equals(text)));
    }

    /** Returns for how long the enumerator of the events could not list partitions. */
    private double eventsFailingSeconds() throws Exception {
        String job = "/jobs/" + this.job.getJobID();
        double most = -1;
        for (JsonNode vertex : rest.get(job).path("vertices")) {
            String metrics = job + "/vertices/" + vertex.path("id").asText() + "/jm-operator-metrics";
            for (JsonNode metric : rest.get(metrics)) {
                String id = metric.path("id").asText();
                if (id.endsWith(".arketic.eventsFailingSeconds")) {
                    String encoded = URLEncoder.encode(id, StandardCharsets.UTF_8);
                    JsonNode value =
                            rest.get(metrics + "?get=" + encoded).path(0).path("value");
                    most = Math.max(most, value.asDouble());
                }
            }
        }
        return most;
    }

    @Test
    void aDroppedFileCanBeFound() throws Exception {
        String key = bed.key("handbook/rider-handbook.pdf");
        bed.put(key, Files.readAllBytes(Testbed.root().resolve("infra/samples/files/rider-handbook.pdf")));

        awaitStates(key, List.of("indexed"));

        List<ChunkHit> hits = bed.search("What must a rider wear?");
        assertThat(hits).isNotEmpty();
        assertThat(hits.get(0).filePath()).isEqualTo(key);
        assertThat(hits.get(0).page()).isPositive();
    }

    @Test
    void anOverwriteLeavesOneVersion() throws Exception {
        String key = bed.key("overwritten.txt");
        bed.put(key, "The oldest bridge of the town is made of larch wood.");
        awaitStates(key, List.of("indexed"));

        bed.put(key, "The oldest bridge of the town was replaced by a zeppelin mooring mast.");

        awaitStates(key, List.of("superseded", "indexed"));
        assertThat(bed.documentVersion(key)).isEqualTo(2);
        assertThat(bed.chunks(key)).isEqualTo(1);
        assertThat(bed.search("zeppelin mooring mast"))
                .anySatisfy(hit -> assertThat(hit.text()).contains("zeppelin"));
        assertThat(bed.search("bridge of larch wood"))
                .noneSatisfy(hit -> assertThat(hit.text()).contains("larch"));
    }

    @Test
    void theSameBytesAreNotWorkedOnAgain() throws Exception {
        String key = bed.key("same.txt");
        bed.put(key, "Lighthouse keepers retire at the age of sixty.");
        awaitStates(key, List.of("indexed"));

        // A store tells versions of the same bytes apart by the second.
        Deadline.standard()
                .await(
                        "another version",
                        () -> {
                            bed.put(key, "Lighthouse keepers retire at the age of sixty.");
                            return bed.states(key);
                        },
                        states -> states.size() > 1);

        Deadline.standard()
                .await(
                        "unchanged",
                        () -> bed.states(key),
                        states -> states.subList(1, states.size()).stream()
                                .allMatch(state -> state.equals("unchanged") || state.equals("superseded")));
        assertThat(bed.documentVersion(key)).isEqualTo(1);
    }

    @Test
    void aRemovedFileIsNotFoundAndALateEventDoesNotBringItBack() throws Exception {
        String key = bed.key("removed.txt");
        bed.put(key, "The quagga was hunted to extinction in 1883.");
        awaitStates(key, List.of("indexed"));
        String etag = bed.etag(key);

        bed.remove(key);
        awaitStates(key, List.of("deleted"));
        topic.created(bed.bucket(), key, etag);
        awaitHandled(bed.key("after-removed.txt"));

        assertThat(bed.states(key)).containsExactly("deleted");
        assertThat(bed.chunks(key)).isZero();
        assertThat(bed.search("quagga extinction"))
                .noneSatisfy(hit -> assertThat(hit.text()).contains("quagga"));
    }

    @Test
    void aFileThatIsRemovedWhileItsKnowledgeBaseIsOutOfServiceIsGoneWhenThatComesBack() throws Exception {
        String key = bed.key("meanwhile.txt");
        bed.put(key, "The dodo lived on Mauritius.");
        awaitStates(key, List.of("indexed"));
        bed.serve(false);
        try {
            bed.remove(key);
            awaitStates(key, List.of("deleted"));
        } finally {
            bed.serve(true);
        }
        assertThat(bed.chunks(key)).isZero();
    }

    @Test
    void aFileThatComesBackWithinTheSecondIsFound() throws Exception {
        String key = bed.key("back.txt");
        for (int i = 0; i < 3; i++) {
            bed.put(key, "Albatrosses sleep while they fly.");
            bed.remove(key);
        }
        bed.put(key, "Albatrosses sleep while they fly.");

        Deadline.standard().await("indexed", () -> bed.states(key), states -> states.contains("indexed"));
        assertThat(bed.chunks(key)).isEqualTo(1);
    }

    @Test
    void duplicatesAndStaleEventsChangeNothing() throws Exception {
        String key = bed.key("duplicates.txt");
        bed.put(key, "A group of owls is called a parliament.");
        String etag = bed.etag(key);
        for (int i = 0; i < 20; i++) {
            topic.created(bed.bucket(), key, etag);
        }
        topic.removed(bed.bucket(), key); // says the event; the store knows better
        topic.created(bed.bucket(), key, "0123456789abcdef0123456789abcdef");
        awaitHandled(bed.key("after-duplicates.txt"));

        Deadline.standard()
                .await(
                        "states",
                        () -> bed.states(key),
                        states -> states.size() == 2 && states.contains("indexed") && states.contains("superseded"));
        assertThat(bed.documentVersion(key)).isEqualTo(1);
        assertThat(bed.chunks(key)).isEqualTo(1);
    }

    @Test
    void anUnreadableMessageIsADeadLetterAndTheJobRunsOn() throws Exception {
        Optional<String> failure = rest.failure(job.getJobID().toString());
        topic.raw("{\"Records\":[{\"eventName\":\"s3:ObjectCreated:Put\"}]}");
        topic.raw("no JSON at all \u0000");

        List<JsonNode> letters = Deadline.standard()
                .await("letters", () -> letters(DeadLetter.MALFORMED_EVENT), found -> found.size() >= 2);

        assertThat(letters)
                .extracting(letter -> new String(
                        Base64.getDecoder().decode(letter.path("value_base64").asText())))
                .contains("no JSON at all \u0000");
        assertThat(letters).allSatisfy(letter -> {
            assertThat(letter.path("topic").asText()).isEqualTo(IngestSettings.EVENTS_TOPIC);
            assertThat(letter.path("offset").isIntegralNumber()).isTrue();
        });
        awaitHandled(bed.key("after-malformed.txt"));
        assertThat(rest.failure(job.getJobID().toString())).isEqualTo(failure);
        assertThat(job.getJobStatus().get()).isEqualTo(JobStatus.RUNNING);
    }

    @Test
    void anUnknownOrganizationIsDead() throws Exception {
        String key = "nobody/11111111-2222-3333-4444-555555555555/file.txt";
        bed.put(key, "Nobody's file.");

        awaitDead(key, "UNKNOWN_KNOWLEDGE_BASE");
    }

    @Test
    void aKeyWithTraversalIsDead() throws Exception {
        String key = bed.key("../../etc/passwd");
        topic.created(bed.bucket(), key, "0123456789abcdef0123456789abcdef");

        awaitDead(key, "INVALID_KEY");
    }

    @Test
    void aKeyWithControlCharactersIsDead() throws Exception {
        String key = bed.key("a\u0007b\u0000c.txt");
        topic.created(bed.bucket(), key, "0123456789abcdef0123456789abcdef");

        awaitDead(key.replace('\u0000', '\uFFFD'), "INVALID_KEY");
    }

    @Test
    void anEncryptedFileIsDead() throws Exception {
        String key = bed.key("payroll-2026.pdf");
        bed.put(key, Files.readAllBytes(Testbed.root().resolve("infra/samples/files/payroll-2026.pdf")));

        awaitDead(key, "ENCRYPTED");
    }

    @Test
    void aPasswordOfAKnowledgeBaseOpensItsFilesAndNoOthers() throws Exception {
        byte[] locked;
        try (InputStream file = getClass().getResourceAsStream("locked.pdf")) {
            locked = file.readAllBytes();
        }
        String key = bed.key("vault.pdf");
        bed.put(key, locked);
        awaitDead(key, "ENCRYPTED");

        bed.filePasswords("not this one", "open sesame");
        bed.reopen(key);
        topic.created(bed.bucket(), key, bed.etag(key));

        awaitStates(key, List.of("indexed"));
        assertThat(bed.text(key)).isEqualTo("The valve of the vault is greased at midnight.");
        for (String other : List.of(
                bed.key(bed.knowledgeBase("bge-small-en-v1.5"), "vault.pdf"), bed.keyOfAnotherTenant("vault.pdf"))) {
            bed.put(other, locked);
            topic.created(bed.bucket(), other, bed.etag(other));
            awaitDead(other, "ENCRYPTED");
        }
    }

    @Test
    void anEmptyFileIsDead() throws Exception {
        String key = bed.key("empty.txt");
        bed.put(key, new byte[0]);

        awaitDead(key, "EMPTY_FILE");
    }

    @Test
    void aFileAboveTheLimitIsDeadWithoutBeingFetched() throws Exception {
        String key = bed.key("large.bin");
        bed.put(key, new byte[6 << 20]);

        awaitDead(key, "FILE_LIMIT");
    }

    @Test
    void aFileOfAnEndedSubscriptionIsDeadUntilItIsTriedAgainAfterTheRenewal() throws Exception {
        String key = bed.key("late.txt");
        bed.subscribe(false);
        try {
            bed.put(key, "Cormorants dry their wings in the wind.");
            awaitDead(key, "SUBSCRIPTION_ENDED");
            assertThat(bed.chunks(key)).isZero();
        } finally {
            bed.subscribe(true);
        }
        bed.reopen(key);
        topic.created(bed.bucket(), key, bed.etag(key));

        awaitStates(key, List.of("indexed"));
        assertThat(bed.chunks(key)).isEqualTo(1);
    }

    @Test
    void aFileThatIsReadAgainBecomesANewVersionOnlyIfItsTextDiffers() throws Exception {
        String key = bed.key("read-anew.txt");
        String text = "Avocets sift the shallow water for what lives in it. "
                .repeat(60)
                .strip();
        bed.put(key, text);
        awaitStates(key, List.of("indexed"));
        reextract(key);
        assertThat(bed.documentVersion(key)).isEqualTo(1);
        assertThat(bed.states(key)).containsExactly("indexed");

        bed.readOtherwise(key, "Av?cets sift.");
        assertThat(bed.documentVersion(key)).isEqualTo(2);
        reextract(key);

        assertThat(bed.documentVersion(key)).isEqualTo(3);
        assertThat(bed.text(key)).isEqualTo(text);
        assertThat(bed.chunks(key)).isGreaterThan(1);
        assertThat(bed.mixed(key)).isZero();
        assertThat(bed.states(key)).containsExactly("indexed");
        assertThat(bed.reason(key)).isNull();
    }

    @Test
    void aFileThatCannotBeReadAgainKeepsItsTextWithTheReason() throws Exception {
        String key = bed.key("kept.pdf");
        bed.put(key, Files.readAllBytes(Testbed.root().resolve("infra/samples/files/payroll-2026.pdf")));
        awaitDead(key, "ENCRYPTED");
        bed.readOtherwise(key, "What a parser of another time made of it.");
        assertThat(bed.states(key)).containsExactly("indexed");

        reextract(key);

        assertThat(bed.states(key)).containsExactly("indexed");
        assertThat(bed.reason(key)).isEqualTo("ENCRYPTED");
        assertThat(bed.text(key)).isEqualTo("What a parser of another time made of it.");
        assertThat(bed.chunks(key)).isEqualTo(1);
        assertThat(bed.mixed(key)).isZero();
    }

    @Test
    void aScanWaitsForTesseractAndIsReadWhenItIsTriedAgain() throws Exception {
        String key = bed.key("hall-contract.pdf");
        Files.deleteIfExists(bed.ocrProgram());
        bed.put(
                key,
                Files.readAllBytes(Testbed.root()
                        .resolve("extractors/src/test/resources/io/arketic/extractors/fork/scans/hall-contract.pdf")));
        awaitStates(key, List.of("indexed"));
        assertThat(bed.warnings(key)).isEqualTo("[{\"kind\": \"NEEDS_OCR\", \"page\": 2, \"place\": \"\"}]");

        Files.writeString(bed.ocrProgram(), "#!/bin/sh\nPATH=/usr/local/bin:/usr/bin:/bin exec tesseract \"$@\"\n");
        assertThat(bed.ocrProgram().toFile().setExecutable(true)).isTrue();
        reextract(key);

        assertThat(bed.warnings(key)).isNull();
        assertThat(bed.documentVersion(key)).isEqualTo(2);
        assertThat(bed.text(key)).contains("deposit of the hall is 640 euros");
    }

    @Test
    void anObjectThatIsGoneWhenItIsReadAgainIsDeleted() throws Exception {
        String key = bed.key("gone-by-now.txt");
        bed.put(key, "Bitterns stand still among the reeds.");
        awaitStates(key, List.of("indexed"));
        bed.reextract(key);
        bed.remove(key);
        topic.created(bed.bucket(), key, "0123456789abcdef0123456789abcdef");
        Deadline.standard()
                .await(
                        "deleted",
                        () -> bed.states(key),
                        states -> states.contains("deleted") && !states.contains("received"));
        assertThat(bed.chunks(key)).isZero();
    }

    @Test
    void aTenantThatDropsManyFilesDelaysNoOther() throws Exception {
        int many = 400;
        for (int i = 0; i < many; i++) {
            bed.put(bed.key("backlog/" + i + ".txt"), "Statement number " + i + " of a large drop. ".repeat(10));
        }
        Deadline.standard().await("begun", () -> indexed("backlog/"), count -> count >= 3);

        String other = bed.keyOfAnotherTenant("one-page.txt");
        long before = indexed("backlog/");
        bed.put(other, "One page of another tenant.");
        topic.created(bed.bucket(), other, bed.etag(other));
        awaitStates(other, List.of("indexed"));

        assertThat(indexed("backlog/") - before)
                .as("files that went before, while the event travelled")
                .isLessThan(many / 2);
        Deadline.standard().await("all", () -> indexed("backlog/"), count -> count == many);
    }

    private void reextract(String key) throws Exception {
        bed.reextract(key);
        topic.created(bed.bucket(), key, bed.etag(key));
        awaitStates(key, List.of("indexed"));
    }

    @Test
    void aLostDatabaseConnectionLosesNothing() throws Exception {
        for (int i = 0; i < 30; i++) {
            bed.put(bed.key("many/" + i + ".txt"), "Statement number " + i + " of many. ".repeat(20));
            if (i % 5 == 0) {
                bed.killConnections();
            }
        }
        Deadline.standard().await("some", () -> indexed("many/"), count -> count >= 5);
        bed.killConnections();

        Deadline.standard().await("all", () -> indexed("many/"), count -> count == 30);
        for (int i = 0; i < 30; i++) {
            assertThat(bed.documentVersion(bed.key("many/" + i + ".txt"))).isEqualTo(1);
        }
    }

    @Test
    void aBoundedRunIngestsWhatIsThereAndEnds() throws Exception {
        try (Testbed other = new Testbed()) {
            IngestSettings settings = other.settings();
            try (ObjectStore store = new ObjectStore(settings.store())) {
                store.makeBucket(other.bucket());
            }
            for (int i = 0; i < 10; i++) {
                other.put(other.key(i + ".txt"), "Fact number " + i + ": rivers run downhill.");
            }
            assertThat(boundedRun(settings)).isEqualTo(JobStatus.FINISHED);
            assertThat(other.ledger())
                    .hasSize(10)
                    .allSatisfy(row -> assertThat(row.state()).isEqualTo("indexed"));

            other.remove(other.key("3.txt"));
            other.put(other.key("4.txt"), "Fact number 4 has changed.");
            assertThat(boundedRun(settings)).isEqualTo(JobStatus.FINISHED);

            assertThat(other.states(other.key("3.txt"))).containsExactly("deleted");
            assertThat(other.states(other.key("4.txt"))).containsExactly("superseded", "indexed");
            assertThat(other.ledger())
                    .allSatisfy(row -> assertThat(row.attempts()).isEqualTo(1));
        }
    }

    private static JobStatus boundedRun(IngestSettings settings) throws Exception {
        JobClient bounded = submit(
                settings,
                new IngestJob(
                        settings, null, Boundedness.BOUNDED, new DiscardingSink<>(), IngestJob.deadLetters(settings)),
                freePort());
        bounded.getJobExecutionResult().get(120, TimeUnit.SECONDS);
        return JobStatus.FINISHED;
    }

    private static JobClient submit(IngestSettings settings, IngestJob job, int port) throws Exception {
        Configuration configuration = IngestJob.configuration(settings);
        configuration.set(RestOptions.PORT, port);
        configuration.set(RestOptions.BIND_PORT, String.valueOf(port));
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.createLocalEnvironment(settings.parallelism(), configuration);
        job.build(environment);
        return environment.executeAsync("test");
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private long indexed(String prefix) throws Exception {
        return bed.ledger().stream()
                .filter(row ->
                        row.key().startsWith(bed.key(prefix)) && row.state().equals("indexed"))
                .count();
    }

    /** Sums a metric of the operator "ingest" over its subtasks. */
    private double metric(String name) throws Exception {
        String job = "/jobs/" + this.job.getJobID();
        double sum = 0;
        for (JsonNode vertex : rest.get(job).path("vertices")) {
            String metrics = job + "/vertices/" + vertex.path("id").asText() + "/metrics";
            for (JsonNode metric : rest.get(metrics)) {
                String id = metric.path("id").asText();
                if (id.endsWith(".arketic." + name)) {
                    sum += rest.get(metrics + "?get=" + id)
                            .path(0)
                            .path("value")
                            .asDouble();
                }
            }
        }
        return sum;
    }

    private void awaitStates(String key, List<String> states) throws Exception {
        Deadline.standard().await(key, () -> bed.states(key), states::equals);
    }

    /** Returns when events on the topic before this call have been handled, except those that wait for others. */
    private void awaitHandled(String key) throws Exception {
        bed.put(key, "A file to see how far the job has come: " + key);
        topic.created(bed.bucket(), key, bed.etag(key));
        awaitStates(key, List.of("indexed"));
    }

    private void awaitDead(String key, String reason) throws Exception {
        Deadline.standard()
                .await(
                        key + " dead",
                        () -> bed.ledger(),
                        rows -> rows.stream()
                                .anyMatch(row -> row.key().equals(key)
                                        && row.state().equals("dead")
                                        && reason.equals(row.reason())));
        List<JsonNode> letters =
                Deadline.standard().await("letter of " + key, () -> letters(reason), found -> !found.isEmpty());
        assertThat(letters).anySatisfy(letter -> {
            assertThat(letter.path("bucket").asText()).isEqualTo(bed.bucket());
            assertThat(letter.path("key").asText().replace('\u0000', '\uFFFD')).isEqualTo(key);
            assertThat(letter.path("detail").asText()).isNotEmpty();
        });
    }

    private List<JsonNode> letters(String reason) throws Exception {
        return topic.letters().stream()
                .filter(letter -> letter.path("reason").asText().equals(reason))
                .toList();
    }
}
