package io.arketic.rag.attendance;

import io.arketic.rag.bulkhead.Bulkhead.Place;
import io.arketic.rag.deployment.Sender;
import io.arketic.rag.deployment.Steady;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.async.DeferredResult;

/**
 * Runs work for a waiting caller, in a place of its bulkhead. It watches the caller: work without a caller is cancelled
 * within a second, and its place is free.
 */
@Component
public class AttendedWork {

    /** Sets the time between two checks of the caller. */
    static final Duration LOOK = Duration.ofMillis(300);

    private static final Logger log = LoggerFactory.getLogger(AttendedWork.class);
    private static final long NEVER = -1;

    private final Set<Attendance> attended = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> new Thread(task, "attended-work"));
    private final ScheduledExecutorService pulse =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "attendance"));

    public AttendedWork() {
        Steady.every(LOOK, pulse, "Watching waiting callers", this::look);
    }

    /** Runs in this thread, which serves the request. The body is read completely before a place is taken. */
    public <T> T here(Supplier<Place> enter, Function<Cancellation, T> work) {
        return here(Sender.current(), enter, work);
    }

    <T> T here(@Nullable Sender sender, Supplier<Place> enter, Function<Cancellation, T> work) {
        try (Place place = enter.get()) {
            Cancellation cancellation = new Cancellation();
            try (Attendance attendance = attend(sender, cancellation)) {
                return work.apply(cancellation);
            }
        }
    }

    /** Runs like {@link #here}, in another thread, so that the thread of the request is free at once. */
    public <T> DeferredResult<T> aside(Supplier<Place> enter, Function<Cancellation, T> work) {
        return aside(Sender.current(), enter, work);
    }

    public <T> DeferredResult<T> aside(@Nullable Sender sender, Supplier<Place> enter, Function<Cancellation, T> work) {
        Place place = enter.get();
        Cancellation cancellation = new Cancellation();
        Attendance attendance = attend(sender, cancellation);
        DeferredResult<T> result = new DeferredResult<>(NEVER);
        boolean begun = false;
        try {
            threads.execute(RequestLog.carried(() -> run(place, attendance, cancellation, work, result)));
            begun = true;
            return result;
        } finally {
            if (!begun) {
                attendance.close();
                place.close();
            }
        }
    }

    private static <T> void run(
            Place place,
            Attendance attendance,
            Cancellation cancellation,
            Function<Cancellation, T> work,
            DeferredResult<T> result) {
        Object done;
        try {
            done = work.apply(cancellation);
        } catch (Throwable failure) {
            done = failure;
        } finally {
            attendance.close();
            place.close();
        }
        if (done instanceof Throwable failure) {
            result.setErrorResult(failure);
        } else {
            result.setResult((T) done);
        }
    }

    /** Cancels when the sender has gone, until it is closed; without a sender, the work counts as awaited. */
    public Attendance attend(@Nullable Sender sender, Cancellation cancellation) {
        Attendance attendance = new Attendance(sender == null ? () -> false : sender::hasGone, cancellation, attended);
        attended.add(attendance);
        return attendance;
    }

    private void look() {
        for (Attendance attendance : attended) {
            try {
                attendance.look();
            } catch (RuntimeException failure) {
                // only for this one; the others are still checked
                log.error("Could not check whether the caller still waits", failure);
            }
        }
    }

    @PreDestroy
    public void close() {
        threads.shutdownNow();
        pulse.shutdownNow();
    }
}
