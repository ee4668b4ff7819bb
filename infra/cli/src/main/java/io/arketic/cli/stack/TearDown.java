package io.arketic.cli.stack;

import io.arketic.services.LocalStack;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Makes Ctrl-C stop what this process started of the stack: it interrupts the work, waits until the work has ended, and
 * then stops the stack, if this process started a component that serves.
 */
public final class TearDown {

    private static final long PATIENCE_SECONDS = 60;

    private final LocalStack stack;
    private final StackProgress progress;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean interrupted;

    private TearDown(LocalStack stack, StackProgress progress) {
        this.stack = stack;
        this.progress = progress;
    }

    /**
     * Runs the work.
     *
     * @throws InterruptedException on Ctrl-C, even if the work then fails with another exception
     */
    public static <T> T around(LocalStack stack, StackProgress progress, Callable<T> work) throws Exception {
        return new TearDown(stack, progress).run(work);
    }

    private <T> T run(Callable<T> work) throws Exception {
        Thread worker = Thread.currentThread();
        var hook = new Thread(() -> stop(worker), "tear-down");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return work.call();
        } catch (Exception e) {
            if (interrupted) {
                throw (InterruptedException) new InterruptedException("by Ctrl-C").initCause(e);
            }
            throw e;
        } finally {
            ended.countDown();
            if (!interrupted) {
                Runtime.getRuntime().removeShutdownHook(hook);
            }
        }
    }

    private void stop(Thread worker) {
        interrupted = true;
        worker.interrupt();
        try {
            boolean ending = ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (ending && progress.startedAny()) {
                progress.note("Interrupted: stopping what was started");
                stack.down(progress);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
