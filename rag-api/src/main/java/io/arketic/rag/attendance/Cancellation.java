package io.arketic.rag.attendance;

import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.tenancy.Turns;
import io.arketic.schema.tenancy.Turns.Turn;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Ends a running answer from any thread: the connection to its model is closed at once. */
public final class Cancellation {

    private final CountDownLatch cancelled = new CountDownLatch(1);
    private final Set<Runnable> actions = new LinkedHashSet<>();
    private @Nullable ProblemException why;

    /** Cancels; has no effect the second time. */
    public void cancel() {
        cancel(new ProblemException(ProblemReason.ANSWER_STOPPED, "The answer was stopped before it was whole."));
    }

    /** @param reason that the answer ends with, unless it was cancelled before */
    public void cancel(ProblemException reason) {
        List<Runnable> due;
        synchronized (actions) {
            if (!isCancelled()) {
                why = reason;
            }
            cancelled.countDown();
            due = List.copyOf(actions);
            actions.clear();
        }
        due.forEach(Runnable::run);
    }

    public boolean isCancelled() {
        return cancelled.getCount() == 0;
    }

    /** @throws ProblemException when it was cancelled */
    public void check() {
        if (isCancelled()) {
            throw why();
        }
    }

    /** Returns the reason of the cancellation. */
    public ProblemException why() {
        synchronized (actions) {
            return Objects.requireNonNull(why);
        }
    }

    /** Registers an action for the cancellation; it runs at once if that has already happened. */
    public void onCancel(Runnable action) {
        synchronized (actions) {
            if (!isCancelled()) {
                actions.add(action);
                return;
            }
        }
        action.run();
    }

    public void forget(Runnable action) {
        synchronized (actions) {
            actions.remove(action);
        }
    }

    /**
     * Returns the result of {@code work}, which another thread does. After a cancellation the work is interrupted and
     * no longer awaited.
     */
    public <T> T awaiting(Executor threads, Supplier<T> work) {
        FutureTask<T> task = new FutureTask<>(work::get);
        Runnable leave = () -> task.cancel(true);
        onCancel(leave);
        try {
            threads.execute(task);
            return task.get();
        } catch (CancellationException left) {
            throw why();
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw new IllegalStateException(failure.getCause());
        } catch (InterruptedException stopping) {
            cancel();
            Thread.currentThread().interrupt();
            throw why();
        } finally {
            forget(leave);
        }
    }

    /**
     * Waits for a turn of the tenant.
     *
     * @throws ProblemException when it is cancelled before there is one
     */
    public Turn turn(Turns turns, UUID tenant) {
        try {
            Turn turn = turns.take(tenant, this::isCancelled);
            if (turn != null) {
                return turn;
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            cancel();
        }
        throw why();
    }

    /** Waits for the pause; returns true as soon as it is cancelled. */
    public boolean await(Duration pause) {
        try {
            return cancelled.await(pause.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
