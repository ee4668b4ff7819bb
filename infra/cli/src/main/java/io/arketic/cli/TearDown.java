package io.arketic.cli;

import io.arketic.services.LocalStack;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * While open, a Ctrl-C interrupts the thread that opened it, waits till that thread has closed it again, and then stops
 * the stack, provided that this process started some of it.
 */
final class TearDown implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 60;

    private final Thread worker = Thread.currentThread();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::interrupted, "tear-down");
    private final LocalStack stack;
    private final StackProgress progress;

    TearDown(LocalStack stack, StackProgress progress) {
        this.stack = stack;
        this.progress = progress;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void interrupted() {
        worker.interrupt();
        try {
            boolean ended = closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (progress.startedAny() || !ended) {
                progress.note("Interrupted: stopping what was started");
                stack.down(progress);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending: the hook is at work.
        }
    }
}
