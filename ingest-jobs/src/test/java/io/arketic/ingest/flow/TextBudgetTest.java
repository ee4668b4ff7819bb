package io.arketic.ingest.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TextBudgetTest {

    private final TextBudget budget = new TextBudget(10);

    @Test
    void textsThatFitTogetherDoNotWait() throws Exception {
        try (TextBudget.Share first = budget.take(4);
                TextBudget.Share second = budget.take(6)) {
            assertThat(first).isNotSameAs(second);
        }
    }

    @Test
    void aTextWaitsUntilThereIsRoom() throws Exception {
        FutureTask<TextBudget.Share> waiting = new FutureTask<>(() -> budget.take(5));
        TextBudget.Share held = budget.take(6);
        Thread thread = blocked(waiting);
        assertThat(waiting).isNotDone();

        held.close();

        waiting.get(10, TimeUnit.SECONDS).close();
        thread.join();
    }

    @Test
    void aTextLargerThanEverythingIsTakenAlone() throws Exception {
        budget.take(1_000).close();
        budget.take(10).close();
    }

    @Test
    void aWaitingCallerCanBeInterrupted() throws Exception {
        FutureTask<TextBudget.Share> waiting = new FutureTask<>(() -> budget.take(1));
        try (TextBudget.Share held = budget.take(10)) {
            assertThat(held).isNotNull();
            blocked(waiting).interrupt();
            assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(InterruptedException.class);
        }
    }

    private static Thread blocked(FutureTask<?> work) {
        Thread thread = new Thread(work, "waits");
        thread.setDaemon(true);
        thread.start();
        while (thread.getState() != Thread.State.WAITING && !work.isDone()) {
            Thread.onSpinWait();
        }
        return thread;
    }
}
