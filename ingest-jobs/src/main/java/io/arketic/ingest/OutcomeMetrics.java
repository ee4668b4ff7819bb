package io.arketic.ingest;

import io.arketic.ingest.object.IngestOutcome;
import io.arketic.ingest.object.IngestOutcome.End;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Counts outcomes in Flink's metrics, under {@code arketic}. For each step it counts the documents, the step's output
 * and its milliseconds, and it has a histogram of the latter. It has histograms of the waits, too. For each end, each reason of death and each kind of warning it counts documents.
 */
final class OutcomeMetrics extends ProcessFunction<IngestOutcome, IngestOutcome> {

    private static final long serialVersionUID = 1L;
    private static final int LAST = 1_000;

    private transient Step fetch;
    private transient Step extract;
    private transient Step embed;
    private transient Step write;
    private transient Histogram turnWait;
    private transient Histogram parserWait;
    private transient Histogram textWait;
    private transient Counter known;
    private transient Named outcomes;
    private transient Named failures;
    private transient Named warnings;

    @SuppressWarnings("NullAway.Init") // made by open, on the machine that counts
    OutcomeMetrics() {}

    @Override
    public void open(OpenContext context) {
        MetricGroup group = getRuntimeContext().getMetricGroup().addGroup("arketic");
        fetch = new Step(group.addGroup("fetch"), "bytes");
        extract = new Step(group.addGroup("extract"), "characters");
        embed = new Step(group.addGroup("embed"), "chunks");
        known = group.addGroup("embed").counter("known");
        write = new Step(group.addGroup("write"), "chunks");
        MetricGroup wait = group.addGroup("wait");
        turnWait = wait.histogram("turn", last());
        parserWait = wait.histogram("parser", last());
        textWait = wait.histogram("text", last());
        outcomes = new Named(group.addGroup("outcome"), new HashMap<>());
        failures = new Named(group.addGroup("failures"), new HashMap<>());
        warnings = new Named(group.addGroup("warnings"), new HashMap<>());
    }

    @Override
    public void processElement(IngestOutcome outcome, Context context, Collector<IngestOutcome> out) {
        turnWait.update(outcome.turnWaitMillis());
        if (outcome.characters() > 0) {
            parserWait.update(outcome.parserWaitMillis());
            textWait.update(outcome.textWaitMillis());
        }
        fetch.count(outcome.fetchMillis(), outcome.bytes());
        extract.count(outcome.extractMillis(), outcome.characters());
        embed.count(outcome.embedMillis(), outcome.chunks());
        known.inc(outcome.known());
        write.count(outcome.writeMillis(), outcome.end() == End.INDEXED ? outcome.chunks() : 0);
        outcomes.count(outcome.end().name().toLowerCase(Locale.ROOT));
        if (outcome.reason() != null) {
            failures.count(outcome.reason());
        }
        if (outcome.end() == End.INDEXED && !outcome.warnings().isEmpty()) {
            for (String kind : outcome.warnings().split(",")) {
                warnings.count(kind);
            }
        }
        out.collect(outcome);
    }

    /** Returns a histogram of the last values, in milliseconds. */
    private static Histogram last() {
        return new DescriptiveStatisticsHistogram(LAST);
    }

    /** Counts one step; a step that was not reached or failed has no output, but its time counts. */
    private record Step(Counter documents, Counter amount, Counter milliseconds, Histogram running) {

        Step(MetricGroup group, String amount) {
            this(
                    group.counter("documents"),
                    group.counter(amount),
                    group.counter("milliseconds"),
                    group.histogram("running", last()));
        }

        void count(long millis, long made) {
            if (made > 0) {
                documents.inc();
                amount.inc(made);
                running.update(millis);
            }
            milliseconds.inc(millis);
        }
    }

    /** Creates counters on demand, by the name of what they count. */
    private record Named(MetricGroup group, Map<String, Counter> counters) {

        void count(String name) {
            counters.computeIfAbsent(name, group::counter).inc();
        }
    }
}
