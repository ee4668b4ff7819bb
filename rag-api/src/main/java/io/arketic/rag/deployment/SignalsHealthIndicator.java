package io.arketic.rag.deployment;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.stereotype.Component;

/** Readiness, as {@code signals}: the thread that listens lives. A database that is down is another indicator's. */
@Component
class SignalsHealthIndicator extends AbstractHealthIndicator {

    private final DatabaseSignals signals;

    SignalsHealthIndicator(DatabaseSignals signals) {
        super("Nothing listens to the database");
        this.signals = signals;
    }

    @Override
    protected void doHealthCheck(Health.Builder health) {
        if (signals.alive()) {
            health.up();
        } else {
            health.down();
        }
    }
}
