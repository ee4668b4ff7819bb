package io.arketic.cli.terminal;

import io.arketic.services.FlinkRest;
import io.arketic.services.FlinkRest.Job;
import io.arketic.services.ServiceException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs a job that ends by itself, and cancels it if the caller stops waiting. */
public final class BoundedRun {

    public interface Submission {

        /** Returns the job's identifier. */
        String submit() throws InterruptedException;
    }

    private static final long PATIENCE_SECONDS = 60;

    private final FlinkRest flink;
    private final CompletableFuture<String> submitted = new CompletableFuture<>();
    private volatile boolean ending;

    public BoundedRun(FlinkRest flink) {
        this.flink = flink;
    }

    /**
     * Returns once the job has finished.
     *
     * @throws InterruptedException also on Ctrl-C, once the job has been told to end
     */
    public Job run(Submission submission, Duration within) throws InterruptedException {
        var hook = new Thread(this::endWithTheProcess, "cancel of the bounded job");
        Runtime.getRuntime().addShutdownHook(hook);
        boolean finished = false;
        try {
            String id = submission.submit();
            submitted.complete(id);
            Job job = flink.await(id, state -> state.state().equals("FINISHED"), within);
            finished = true;
            return job;
        } catch (ServiceException e) {
            if (ending) {
                throw (InterruptedException) new InterruptedException("by Ctrl-C").initCause(e);
            }
            throw e;
        } finally {
            if (!finished) {
                cancel();
            }
            if (!ending) {
                remove(hook);
            }
        }
    }

    /** Waits for a submission in progress: otherwise Flink would run a job that no process knows. */
    private void endWithTheProcess() {
        ending = true;
        try {
            submitted.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            cancel();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (CancellationException | ExecutionException | TimeoutException e) {
            // There is no job.
        }
    }

    private void cancel() throws InterruptedException {
        // Without a job by now, the hook must not wait for one.
        submitted.cancel(false);
        if (submitted.isCancelled()) {
            return;
        }
        try {
            flink.cancel(submitted.join());
        } catch (ServiceException e) {
            // It has ended by itself, or its cluster has.
        }
    }

    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process ends; the hook finds an ended job.
        }
    }
}
