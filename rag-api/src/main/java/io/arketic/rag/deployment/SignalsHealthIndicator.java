package io.arketic.rag.deployment;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.stereotype.Component;

/** Reports readiness as {@code signals}: the listening thread lives. Another indicator covers the database. */
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
