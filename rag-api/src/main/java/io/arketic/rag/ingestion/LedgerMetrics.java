package io.arketic.rag.ingestion;

import io.arketic.rag.deployment.MaintenanceDatabase;
import io.arketic.rag.problem.DatabaseProblem;
import io.arketic.schema.ledger.IngestState;
import io.arketic.schema.ledger.LedgerBacklog;
import io.arketic.schema.ledger.LedgerSummary;
import io.arketic.schema.ledger.LedgerTotals;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Publishes the ledger of all tenants as metrics. At every scrape {@code arketic_ledger_dropped =
 * arketic_ledger_terminal + arketic_ledger_in_flight}. {@code arketic_ledger_versions} counts by state, {@code
 * arketic_ledger_dead} by reason, and {@code arketic_ledger_parked} counts parked versions in flight by reason. {@code
 * arketic_ledger_oldest_unsettled} has the age of the oldest version in flight that no pause holds, in seconds. {@code
 * arketic_ledger_waiting} and {@code arketic_ledger_working} count these versions for the organizations with the most.
 */
@Component
class LedgerMetrics {

    private static final Logger log = LoggerFactory.getLogger(LedgerMetrics.class);

    /** Limits the organizations with a time series of their own. */
    private static final int ORGANIZATIONS = 20;

    private final LedgerTotals ledger;
    private final IngestRate rate = new IngestRate();
    private final MultiGauge byState;
    private final MultiGauge dead;
    private final MultiGauge parked;
    private final MultiGauge waiting;
    private final MultiGauge working;
    private volatile Duration oldest = Duration.ZERO;
    private volatile LedgerSummary latest = new LedgerSummary(Map.of(), Map.of(), Map.of());

    LedgerMetrics(MaintenanceDatabase maintenance, MeterRegistry registry) {
        this.ledger = new LedgerTotals(maintenance.database());
        this.byState = MultiGauge.builder("arketic.ledger.versions").register(registry);
        this.dead = MultiGauge.builder("arketic.ledger.dead").register(registry);
        this.parked = MultiGauge.builder("arketic.ledger.parked").register(registry);
        this.waiting = MultiGauge.builder("arketic.ledger.waiting").register(registry);
        this.working = MultiGauge.builder("arketic.ledger.working").register(registry);
        Gauge.builder("arketic.ledger.oldest.unsettled", () -> oldest.toMillis() / 1e3)
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("arketic.ledger.dropped", () -> latest.dropped()).register(registry);
        Gauge.builder("arketic.ledger.terminal", () -> latest.terminal()).register(registry);
        Gauge.builder("arketic.ledger.in.flight", () -> latest.inFlight()).register(registry);
    }

    @Scheduled(initialDelay = 5, fixedDelay = 15, timeUnit = TimeUnit.SECONDS)
    void read() {
        try {
            LedgerSummary now = ledger.summary();
            latest = now;
            rate.saw(Instant.now(), now.terminal());
            byState.register(
                    Arrays.stream(IngestState.values())
                            .map(state ->
                                    row("state", state.label(), now.byState().getOrDefault(state, 0L)))
                            .toList(),
                    true);
            dead.register(byReason(now.failures()), true);
            parked.register(byReason(now.parked()), true);
            show(ledger.backlog());
        } catch (SQLException failure) {
            log.warn("The ledger's metrics stay as they are: {}", failure.toString());
        }
    }

    /** Reads the ledger as it is now, with the rate that the metrics measured. */
    IngestOverview overview() {
        try {
            OptionalDouble perMinute = rate.perMinute();
            return IngestOverview.of(
                    ledger.summary(), ledger.backlog(), perMinute.isPresent() ? perMinute.getAsDouble() : null);
        } catch (SQLException failure) {
            throw DatabaseProblem.of(failure);
        }
    }

    private void show(List<LedgerBacklog> backlog) {
        oldest = backlog.stream()
                .map(LedgerBacklog::oldest)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
        List<LedgerBacklog> largest = backlog.stream()
                .sorted(Comparator.comparingLong((LedgerBacklog one) -> one.waiting() + one.working())
                        .reversed())
                .limit(ORGANIZATIONS)
                .toList();
        waiting.register(byOrganization(largest, LedgerBacklog::waiting), true);
        working.register(byOrganization(largest, LedgerBacklog::working), true);
    }

    private static List<MultiGauge.Row<?>> byOrganization(
            List<LedgerBacklog> backlog, ToLongFunction<LedgerBacklog> versions) {
        return backlog.stream()
                .<MultiGauge.Row<?>>map(
                        one -> row("organization", one.organization().toString(), versions.applyAsLong(one)))
                .toList();
    }

    private static List<MultiGauge.Row<?>> byReason(Map<String, Long> versions) {
        return versions.entrySet().stream()
                .<MultiGauge.Row<?>>map(reason -> row("reason", reason.getKey(), reason.getValue()))
                .toList();
    }

    private static MultiGauge.Row<?> row(String tag, String value, long versions) {
        return MultiGauge.Row.of(Tags.of(tag, value), versions);
    }
}
