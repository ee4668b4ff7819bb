package io.arketic.schema.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.schema.tenancy.Turns.Turn;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TurnsTest {

    private final Turns turns = new Turns(1);
    private final UUID busy = UUID.randomUUID();
    private final UUID other = UUID.randomUUID();
    private final List<UUID> order = Collections.synchronizedList(new ArrayList<>());
    private final List<Thread> threads = new ArrayList<>();

    @Test
    void aTenantWithOneCallDoesNotWaitForAllOfAnother() throws Exception {
        Turn first = turns.take(busy);
        for (int call = 1; call <= 20; call++) {
            wait(busy, call);
        }
        wait(other, 21);
        wait(other, 22);
        first.close();
        join();
        assertThat(order.subList(0, 4)).containsExactly(other, busy, other, busy);
        assertThat(order).hasSize(22);
        assertThat(turns.waiting()).isZero();
    }

    @Test
    void aCallerThatGivesUpOrIsInterruptedKeepsNoTurn() throws Exception {
        Turn first = turns.take(busy);
        AtomicBoolean gone = new AtomicBoolean(true);
        assertThat(turns.take(other, gone::get)).isNull();
        wait(other, 1);
        threads.get(0).interrupt();
        join();
        assertThat(order).isEmpty();
        first.close();
        turns.take(busy).close();
        turns.take(other).close();
    }

    private void wait(UUID tenant, int waitingThen) throws InterruptedException {
        Thread thread = new Thread(() -> {
            try (Turn turn = turns.take(tenant)) {
                order.add(tenant);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        threads.add(thread);
        thread.start();
        while (turns.waiting() < waitingThen) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private void join() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
