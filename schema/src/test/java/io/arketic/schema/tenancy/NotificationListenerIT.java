package io.arketic.schema.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.schema.Tenant;
import io.arketic.schema.Tenant.Migrated;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class NotificationListenerIT {

    @Test
    void nothingThatIsThrownEndsTheListening() throws Exception {
        BlockingQueue<String> heard = new ArrayBlockingQueue<>(100);
        AtomicInteger connections = new AtomicInteger();
        AtomicInteger troubles = new AtomicInteger();
        try (Migrated migrated = Migrated.open();
                NotificationListener listener = NotificationListener.open(
                        new DatabaseSettings(migrated.owner().url(), "arketic_app", Tenant.PASSWORD, 1),
                        Map.of("arketic_test", payload -> {
                            heard.add(payload);
                            if (payload.equals("error")) {
                                throw new AssertionError("of a handler");
                            }
                            throw new IllegalStateException("of a handler");
                        }),
                        () -> {
                            if (connections.incrementAndGet() == 1) {
                                throw new AssertionError("of who looks again");
                            }
                            heard.add("connected");
                        },
                        trouble -> {
                            troubles.incrementAndGet();
                            throw new IllegalStateException("of who is told", trouble);
                        })) {
            assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("connected");
            for (String payload : new String[] {"error", "exception", "last"}) {
                migrated.execute("notify arketic_test, '" + payload + "'");
                assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo(payload);
            }
            assertThat(listener.isAlive()).isTrue();
            assertThat(troubles).hasValueGreaterThanOrEqualTo(3);
        }
    }
}
