package io.arketic.ingest;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Asks until the answer is as wanted; fails with the last answer after the deadline. */
public record Deadline(Duration within) {

    public static Deadline standard() {
        return new Deadline(Duration.ofMinutes(5));
    }

    public <T> T await(String what, Callable<T> question, Predicate<T> wanted) throws Exception {
        long end = System.nanoTime() + within.toNanos();
        T answer = question.call();
        while (!wanted.test(answer)) {
            if (System.nanoTime() > end) {
                throw new AssertionError(what + " not within " + within.toSeconds() + " s; last seen: " + answer);
            }
            TimeUnit.MILLISECONDS.sleep(50);
            answer = question.call();
        }
        return answer;
    }
}
