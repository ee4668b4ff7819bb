package io.arketic.ingest.notification;

import io.arketic.ingest.settings.KafkaSettings;
import io.arketic.ingest.settings.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.metrics.groups.SplitEnumeratorMetricGroup;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets Kafka's enumerator survive an outage. It fails its job when a listing of partitions fails; here it does not learn
 * of that, and lists again at its next time. A topic that is gone is created again.
 */
final class PatientEnumeratorContext<S extends SourceSplit> implements SplitEnumeratorContext<S> {

    private static final Logger LOG = LoggerFactory.getLogger(PatientEnumeratorContext.class);
    private static final Duration LOGGED_EACH = Duration.ofMinutes(1);

    private final SplitEnumeratorContext<S> context;
    private final KafkaSettings settings;
    private final FailingTime failing = new FailingTime();
    private long loggedAt;

    PatientEnumeratorContext(SplitEnumeratorContext<S> context, KafkaSettings settings) {
        this.context = context;
        this.settings = settings;
    }

    /** Returns for how long partitions could not be listed. */
    long failingSeconds() {
        return failing.seconds();
    }

    @Override
    public <T> void callAsync(
            Callable<T> listing, BiConsumer<T, Throwable> handler, long initialDelay, long periodMillis) {
        context.callAsync(
                () -> listed(listing),
                (partitions, failure) -> answered(partitions, failure, handler),
                initialDelay,
                periodMillis);
    }

    private <T> T listed(Callable<T> listing) throws Exception {
        try {
            return listing.call();
        } catch (Exception e) {
            if (isOfUnknownTopic(e)) {
                LOG.warn("topics are missing and are created");
                Topics.create(settings);
            }
            throw e;
        }
    }

    private static boolean isOfUnknownTopic(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnknownTopicOrPartitionException) {
                return true;
            }
        }
        return false;
    }

    private <T> void answered(T partitions, @Nullable Throwable failure, BiConsumer<T, Throwable> handler) {
        if (failure instanceof Exception outage) {
            fail(outage);
        } else {
            failing.succeeds();
            handler.accept(partitions, failure);
        }
    }

    private void fail(Exception outage) {
        long now = System.nanoTime();
        failing.fails();
        if (loggedAt == 0 || now - loggedAt >= LOGGED_EACH.toNanos()) {
            LOG.warn("partitions are listed again later, events may be late: {}", String.valueOf(outage.getCause()));
            loggedAt = now;
        }
    }

    /** Runs what asks Kafka for nothing; its failure is the job's own. */
    @Override
    public <T> void callAsync(Callable<T> work, BiConsumer<T, Throwable> handler) {
        context.callAsync(work, handler);
    }

    @Override
    public SplitEnumeratorMetricGroup metricGroup() {
        return context.metricGroup();
    }

    @Override
    public void sendEventToSourceReader(int reader, SourceEvent event) {
        context.sendEventToSourceReader(reader, event);
    }

    @Override
    public void sendEventToSourceReader(int reader, int attempt, SourceEvent event) {
        context.sendEventToSourceReader(reader, attempt, event);
    }

    @Override
    public int currentParallelism() {
        return context.currentParallelism();
    }

    @Override
    public Map<Integer, ReaderInfo> registeredReaders() {
        return context.registeredReaders();
    }

    @Override
    public Map<Integer, Map<Integer, ReaderInfo>> registeredReadersOfAttempts() {
        return context.registeredReadersOfAttempts();
    }

    @Override
    public void assignSplits(SplitsAssignment<S> assignments) {
        context.assignSplits(assignments);
    }

    @Override
    public void signalNoMoreSplits(int reader) {
        context.signalNoMoreSplits(reader);
    }

    @Override
    public void setIsProcessingBacklog(boolean backlog) {
        context.setIsProcessingBacklog(backlog);
    }

    @Override
    public void runInCoordinatorThread(Runnable work) {
        context.runInCoordinatorThread(work);
    }
}
