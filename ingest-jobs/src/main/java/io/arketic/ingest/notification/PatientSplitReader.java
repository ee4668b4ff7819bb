package io.arketic.ingest.notification;

import java.io.IOException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.apache.flink.connector.kafka.source.metrics.KafkaSourceReaderMetrics;
import org.apache.flink.connector.kafka.source.reader.KafkaPartitionSplitReader;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads partitions, and reads again after a pause when Kafka does not say where to read, or refuses it. Records that a
 * failed call has fetched from other partitions are returned all the same.
 */
final class PatientSplitReader extends KafkaPartitionSplitReader {

    private static final Logger LOG = LoggerFactory.getLogger(PatientSplitReader.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration LOGGED_EACH = Duration.ofMinutes(1);

    private final Semaphore woken = new Semaphore(0);
    private final FailingTime failing;
    private final PolledRecords.Kept polled;
    private long loggedAt;

    /** @param failing learns of failed calls and of their end */
    PatientSplitReader(
            Properties consumer, SourceReaderContext context, KafkaSourceReaderMetrics metrics, FailingTime failing) {
        this(consumer, context, metrics, failing, new PolledRecords.Kept());
    }

    private PatientSplitReader(
            Properties consumer,
            SourceReaderContext context,
            KafkaSourceReaderMetrics metrics,
            FailingTime failing,
            PolledRecords.Kept polled) {
        super(PolledRecords.keep(consumer, polled), context, metrics);
        this.failing = failing;
        this.polled = polled;
    }

    @Override
    public RecordsWithSplitIds<ConsumerRecord<byte[], byte[]>> fetch() throws IOException {
        polled.clear();
        try {
            RecordsWithSplitIds<ConsumerRecord<byte[], byte[]>> records = super.fetch();
            failing.succeeds();
            return records;
        } catch (InterruptException e) {
            throw e;
        } catch (WakeupException e) {
            LOG.debug("woken while it asked for a position", e);
        } catch (KafkaException e) {
            pause(e);
        }
        return polled.take();
    }

    /** Takes partitions. Kafka's consumer has them also if it cannot ask for their offsets now; a fetch asks again. */
    @Override
    public void handleSplitsChanges(SplitsChange<KafkaPartitionSplit> change) {
        try {
            super.handleSplitsChanges(change);
        } catch (InterruptException e) {
            throw e;
        } catch (WakeupException e) {
            LOG.debug("woken while it asked for a position", e);
        } catch (KafkaException e) {
            pause(e);
        }
    }

    @Override
    public void wakeUp() {
        woken.release();
        super.wakeUp();
    }

    private void pause(KafkaException failure) {
        failing.fails();
        long now = System.nanoTime();
        if (loggedAt == 0 || now - loggedAt >= LOGGED_EACH.toNanos()) {
            LOG.warn("events are not read or late, it tries again: {}", failure.toString());
            loggedAt = now;
        }
        try {
            woken.drainPermits();
            if (woken.tryAcquire(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.debug("woken while it waited");
            }
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
