package io.arketic.rag.outbox;

import io.arketic.rag.deployment.MaintenanceDatabase;
import io.arketic.rag.deployment.Transactions;
import io.arketic.schema.tenancy.TenantContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Sends the events that were committed with the uploads to Kafka, the oldest first. An event is marked as sent after
 * the broker has it, so a crash in between sends it again: at least once. While Kafka is down, the events wait in their
 * table and uploads continue.
 *
 * <p>A batch is locked in one transaction while it is sent, so that several API processes share the work; one connection
 * is in use for that time, at most the producer's delivery time-out.
 */
@Component
public class OutboxPublisher implements SmartLifecycle {

    static final String TOPIC = "arketic.object-events";

    private static final Logger log = LoggerFactory.getLogger(OutboxPublisher.class);
    private static final int BATCH = 200;
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration PURGE = Duration.ofMinutes(10);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

    private record Pending(UUID id, String topic, String messageKey, String payload) {}

    /** Counts the events of one round. */
    private record Round(int found, int sent) {}

    private final Transactions transactions;
    private final Producer<String, String> producer;
    private final Semaphore wake = new Semaphore(0);
    private volatile boolean running;
    private @Nullable Long nextPurge;
    private volatile Thread thread = new Thread();

    OutboxPublisher(MaintenanceDatabase maintenance, Producer<String, String> producer) {
        this.transactions = maintenance.transactions();
        this.producer = producer;
    }

    /** Adds an event within the transaction that it reports. */
    public void add(JdbcClient sql, UUID organizationId, ObjectNotification event) {
        sql.sql("""
                        INSERT INTO outbox_events (organization_id, topic, message_key, payload)
                        VALUES (:organization, :topic, :key, :payload)""")
                .param("organization", organizationId)
                .param("topic", TOPIC)
                .param("key", event.messageKey())
                .param("payload", event.json())
                .update();
    }

    /** Starts a round; call it after that transaction. Without it the event is sent within a second. */
    public void wake() {
        wake.release();
    }

    @Override
    public void start() {
        running = true;
        thread = new Thread(this::loop, "outbox-publisher");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void stop() {
        running = false;
        wake();
        try {
            thread.join(LONGEST_PAUSE.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Starts before the web server and stops after it, when no upload is in progress any more. */
    @Override
    public int getPhase() {
        return 0;
    }

    /** Returns false once the thread has ended other than by {@link #stop}: no event is sent until a restart. */
    boolean alive() {
        return thread.isAlive();
    }

    private void purgeWhenDue() {
        if (nextPurge == null || System.nanoTime() - nextPurge >= 0) {
            nextPurge = System.nanoTime() + PURGE.toNanos();
            transactions.execute(
                    TenantContext.NONE,
                    sql -> sql.sql("SELECT outbox_purge()").query(Integer.class).single());
        }
    }

    private void loop() {
        Duration pause = POLL;
        while (running) {
            try {
                Round round = publish();
                purgeWhenDue();
                if (round.sent() == BATCH) {
                    continue;
                }
                pause = round.sent() == round.found() ? POLL : longer(pause);
            } catch (DataAccessException | KafkaException failure) {
                log.warn("The outbox waits: {}", failure.toString());
                pause = longer(pause);
            } catch (RuntimeException | Error failure) {
                log.error("The outbox waits", failure);
                pause = longer(pause);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return;
            }
            rest(pause);
        }
    }

    /** Pauses; after a failure it is longer, and no upload shortens it. */
    private void rest(Duration pause) {
        try {
            if (pause.equals(POLL)) {
                if (wake.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    wake.drainPermits();
                }
            } else {
                long end = System.nanoTime() + pause.toNanos();
                while (running && System.nanoTime() < end) {
                    wake.tryAcquire(POLL.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            running = false;
        }
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
    }

    private Round publish() throws InterruptedException {
        List<InterruptedException> interrupts = new ArrayList<>();
        Round round = transactions.run(TenantContext.NONE, sql -> {
            List<Pending> batch = sql.sql(
                            "SELECT id, topic, message_key, payload FROM outbox_pending(:most) ORDER BY id")
                    .param("most", BATCH)
                    .query((row, number) -> new Pending(
                            row.getObject("id", UUID.class),
                            row.getString("topic"),
                            row.getString("message_key"),
                            row.getString("payload")))
                    .list();
            if (batch.isEmpty()) {
                return new Round(0, 0);
            }
            List<UUID> sent = List.of();
            try {
                sent = send(batch);
            } catch (InterruptedException interrupted) {
                interrupts.add(interrupted);
            }
            if (!sent.isEmpty()) {
                sql.sql("SELECT outbox_published(CAST(:ids AS uuid[]))")
                        .param("ids", sent.toString().replace('[', '{').replace(']', '}'))
                        .query((row, number) -> number)
                        .list();
            }
            return new Round(batch.size(), sent.size());
        });
        if (!interrupts.isEmpty()) {
            throw interrupts.get(0);
        }
        return round;
    }

    /** Sends a batch. For one key, no event counts as sent after an unsent one: it is sent again, after that one. */
    private List<UUID> send(List<Pending> batch) throws InterruptedException {
        Map<Pending, Future<RecordMetadata>> underWay = new LinkedHashMap<>();
        for (Pending event : batch) {
            Future<RecordMetadata> future =
                    producer.send(new ProducerRecord<>(event.topic(), event.messageKey(), event.payload()));
            underWay.put(event, future);
            if (!running || refused(future)) {
                break;
            }
        }
        List<UUID> sent = new ArrayList<>();
        Set<String> brokenKeys = new HashSet<>();
        for (Map.Entry<Pending, Future<RecordMetadata>> entry : underWay.entrySet()) {
            Pending event = entry.getKey();
            try {
                entry.getValue().get();
                if (!brokenKeys.contains(event.messageKey())) {
                    sent.add(event.id());
                }
            } catch (ExecutionException failure) {
                if (brokenKeys.isEmpty()) {
                    log.warn("Kafka did not take an event, it stays in the outbox: {}", failure.toString());
                }
                brokenKeys.add(event.messageKey());
            }
        }
        return sent;
    }

    /** Returns whether a call failed at once, as without any known broker: each further call would block as long. */
    private static boolean refused(Future<RecordMetadata> future) throws InterruptedException {
        if (!future.isDone()) {
            return false;
        }
        try {
            future.get();
            return false;
        } catch (ExecutionException failure) {
            return true;
        }
    }
}
