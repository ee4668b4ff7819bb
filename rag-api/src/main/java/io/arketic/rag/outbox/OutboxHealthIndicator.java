package io.arketic.rag.outbox;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.stereotype.Component;

/**
 * Reports readiness as {@code outbox}: the thread lives. A broker that is down does not count, because uploads continue
 * without it.
 */
@Component
class OutboxHealthIndicator extends AbstractHealthIndicator {

    private final OutboxPublisher outbox;

    OutboxHealthIndicator(OutboxPublisher outbox) {
        super("The outbox publisher does not run");
        this.outbox = outbox;
    }

    @Override
    protected void doHealthCheck(Health.Builder health) {
        if (outbox.alive()) {
            health.up();
        } else {
            health.down();
        }
    }
}
