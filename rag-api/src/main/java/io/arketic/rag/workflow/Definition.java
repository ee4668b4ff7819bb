package io.arketic.rag.workflow;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A valid definition.
 *
 * @param input what a run's input has where it says nothing
 * @param retryAttempts how often a failed step without a rule of its own is tried again
 * @param output an expression for the run's output; null for the outputs of the steps that no other step depends on
 */
public record Definition(
        Trigger trigger,
        Map<String, Object> input,
        Duration maxExecutionTime,
        int retryAttempts,
        List<Step> steps,
        @Nullable String output) {

    /** Describes how runs start. */
    public record Trigger(
            String type,
            @Nullable String cron,
            String timezone,
            boolean runMissed,
            @Nullable String event,
            @Nullable String filter) {

        public static final String MANUAL = "manual";
        public static final String SCHEDULE = "schedule";
        public static final String EVENT = "event";
        public static final String WEBHOOK = "webhook";

        /** Returns when the trigger is due after {@code after}; null without a schedule. */
        public @Nullable Instant next(Instant after) {
            return cron == null
                    ? null
                    : CronSchedule.of(cron, ZoneId.of(timezone)).next(after).orElse(null);
        }
    }

    /** Names the type of a step and its configuration. */
    public record Action(String type, Map<String, Object> config) {}

    /** @param on kinds of failures; empty for those that a failure's kind says */
    public record Retry(int attempts, Duration backoff, Set<FailureKind> on) {

        public boolean covers(FailureKind kind) {
            return on.isEmpty() ? kind.triedAgain() : on.contains(kind);
        }
    }

    /** Says how to continue when it is not known whether a step took effect. */
    public enum UnknownPolicy {
        WAIT,
        RETRY,
        FAIL
    }

    /**
     * @param condition null for none
     * @param continueOnError whether the run goes on after the step failed
     * @param compensation done after the run failed, if the step was completed; null for none
     */
    public record Step(
            String id,
            String name,
            Action action,
            List<String> dependsOn,
            @Nullable String condition,
            Retry retry,
            Duration timeout,
            boolean continueOnError,
            UnknownPolicy onUnknown,
            @Nullable Action compensation) {}

    public Optional<Step> step(String id) {
        return steps.stream().filter(step -> step.id().equals(id)).findFirst();
    }

    /** The steps that have ended when this one begins. */
    public Set<String> upstream(Step step) {
        Set<String> found = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(step.dependsOn());
        while (!open.isEmpty()) {
            String id = open.pop();
            if (found.add(id)) {
                step(id).ifPresent(before -> open.addAll(before.dependsOn()));
            }
        }
        return found;
    }
}
