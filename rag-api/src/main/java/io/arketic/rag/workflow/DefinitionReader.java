package io.arketic.rag.workflow;

import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemException.FieldError;
import io.arketic.rag.workflow.Definition.Action;
import io.arketic.rag.workflow.Definition.Retry;
import io.arketic.rag.workflow.Definition.Step;
import io.arketic.rag.workflow.Definition.Trigger;
import io.arketic.rag.workflow.Definition.UnknownPolicy;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** From what a client sends to a {@link Definition}, or to everything that is wrong with it, each with its place. */
@Component
public class DefinitionReader {

    /** Limits the steps of one definition. */
    static final int MOST_STEPS = 100;

    /** Lists the events that can start a run. */
    public static final List<String> EVENTS = List.of(
            "document.indexed",
            "document.failed",
            "document.changed",
            "message.posted",
            "member.joined",
            "generation.activated");

    private static final String ROOT = "definition";
    private static final Pattern ID = Pattern.compile("[a-z][a-z0-9_]{0,62}");
    static final int MOST_RETRIES = 19;
    private static final int LONGEST_RUN = 30 * 24 * 3600;

    private final StepTypes types;
    private final DefinitionCheck check;

    DefinitionReader(StepTypes types, DefinitionCheck check) {
        this.types = types;
        this.check = check;
    }

    /** @throws ProblemException that names each place where it is not valid */
    public Definition read(Map<String, ?> source) {
        List<FieldError> errors = new ArrayList<>();
        Definition definition = read(source, errors);
        if (!errors.isEmpty()) {
            throw ProblemException.ofFields(
                    errors.stream().distinct().limit(100).toList());
        }
        return definition;
    }

    /** Returns the faults of the definition; empty if it is valid. */
    List<FieldError> problems(Map<String, ?> source) {
        List<FieldError> errors = new ArrayList<>();
        read(source, errors);
        return errors.stream().distinct().limit(100).toList();
    }

    private Definition read(Map<String, ?> source, List<FieldError> errors) {
        DefinitionFields root = new DefinitionFields(ROOT, source, errors);
        root.allow(Set.of("trigger", "input", "max_execution_seconds", "retry_attempts", "steps", "output"));
        Trigger trigger = trigger(
                root.has("trigger")
                        ? new DefinitionFields(root.place("trigger"), root.value("trigger"), errors)
                        : null);
        int retries = root.number("retry_attempts", 2, 0, MOST_RETRIES);
        List<Step> steps = new ArrayList<>();
        if (root.value("steps") instanceof List<?> list && !list.isEmpty() && list.size() <= MOST_STEPS) {
            for (int at = 0; at < list.size(); at++) {
                steps.add(step(
                        new DefinitionFields(root.place("steps") + "[" + at + "]", list.get(at), errors), at, retries));
            }
        } else {
            root.error("steps", "must be a list of 1 to " + MOST_STEPS + " steps");
        }
        Definition definition = new Definition(
                trigger,
                root.object("input"),
                Duration.ofSeconds(root.number("max_execution_seconds", 3600, 1, LONGEST_RUN)),
                retries,
                List.copyOf(steps),
                root.text("output", 4000));
        check.check(definition, root);
        return definition;
    }

    private static Trigger trigger(@Nullable DefinitionFields fields) {
        if (fields == null) {
            return new Trigger(Trigger.MANUAL, null, "UTC", true, null, null);
        }
        String type = fields.choice(
                "type", Trigger.MANUAL, Set.of(Trigger.MANUAL, Trigger.SCHEDULE, Trigger.EVENT, Trigger.WEBHOOK));
        Set<String> allowed = new HashSet<>(Set.of("type"));
        String cron = null;
        String timezone = "UTC";
        boolean runMissed = true;
        String event = null;
        String filter = null;
        if (type.equals(Trigger.SCHEDULE)) {
            allowed.addAll(Set.of("cron", "timezone", "misfire"));
            cron = fields.text("cron", 100);
            String zone = fields.text("timezone", 50);
            timezone = zone == null ? timezone : zone;
            runMissed = fields.choice("misfire", "run_once", Set.of("run_once", "skip"))
                    .equals("run_once");
            checkSchedule(fields, cron, timezone);
        } else if (type.equals(Trigger.EVENT)) {
            allowed.addAll(Set.of("event", "filter"));
            event = fields.choice("event", "", Set.copyOf(EVENTS));
            if (event.isEmpty() && !fields.has("event")) {
                fields.error("event", "is missing");
            }
            filter = fields.text("filter", 4000);
        }
        fields.allow(allowed);
        return new Trigger(type, cron, timezone, runMissed, event, filter);
    }

    private static void checkSchedule(DefinitionFields fields, @Nullable String cron, String timezone) {
        ZoneId zone;
        try {
            zone = ZoneId.of(timezone);
        } catch (DateTimeException unknown) {
            fields.error("timezone", "is no time zone");
            return;
        }
        if (cron == null) {
            if (!fields.has("cron")) {
                fields.error("cron", "is missing");
            }
            return;
        }
        try {
            if (CronSchedule.of(cron, zone).next(Instant.now()).isEmpty()) {
                fields.error("cron", "is never due");
            }
        } catch (RuntimeException invalid) {
            fields.error("cron", "is no expression of five fields: " + invalid.getMessage());
        }
    }

    private Step step(DefinitionFields fields, int at, int retries) {
        fields.allow(Set.of(
                "id",
                "name",
                "type",
                "depends_on",
                "condition",
                "config",
                "retry",
                "timeout_seconds",
                "on_error",
                "on_unknown",
                "compensate"));
        String id = fields.text("id", 63);
        if (id == null && !fields.has("id")) {
            fields.error("id", "is missing");
        } else if (id != null && !ID.matcher(id).matches()) {
            fields.error("id", "must have small letters, digits and _ and begin with a letter");
        }
        String known = id == null ? "step_" + at : id;
        String name = fields.text("name", 200);
        Action compensation = null;
        if (fields.has("compensate")) {
            compensation = action(fields.place("compensate"), fields.value("compensate"), fields);
        }
        return new Step(
                known,
                name == null ? known : name,
                new Action(type(fields), fields.object("config")),
                fields.texts("depends_on"),
                fields.text("condition", 4000),
                retry(fields, retries),
                Duration.ofSeconds(fields.number("timeout_seconds", 300, 1, 24 * 3600)),
                fields.choice("on_error", "fail", Set.of("fail", "continue")).equals("continue"),
                UnknownPolicy.valueOf(fields.choice("on_unknown", "wait", Set.of("wait", "retry", "fail"))
                        .toUpperCase(Locale.ROOT)),
                compensation);
    }

    private String type(DefinitionFields fields) {
        String type = fields.text("type", 40);
        if (type == null) {
            if (!fields.has("type")) {
                fields.error("type", "is missing");
            }
            return "";
        }
        if (types.find(type).isEmpty()) {
            fields.error(
                    "type",
                    "is no step type; there are "
                            + String.join(
                                    ", ",
                                    types.all().stream()
                                            .map(one -> one.spec().name())
                                            .toList()));
        }
        return type;
    }

    private Action action(String place, @Nullable Object value, DefinitionFields parent) {
        DefinitionFields fields = parent.below(place, value);
        fields.allow(Set.of("type", "config"));
        return new Action(type(fields), fields.object("config"));
    }

    private static Retry retry(DefinitionFields step, int retries) {
        if (!step.has("retry")) {
            return new Retry(retries + 1, Duration.ofSeconds(5), Set.of());
        }
        DefinitionFields fields = step.below(step.place("retry"), step.value("retry"));
        fields.allow(Set.of("attempts", "backoff_seconds", "on"));
        Set<FailureKind> on = EnumSet.noneOf(FailureKind.class);
        for (String label : fields.texts("on")) {
            FailureKind.of(label)
                    .ifPresentOrElse(on::add, () -> fields.error("on", "'" + label + "' is no kind of failure"));
        }
        return new Retry(
                fields.number("attempts", retries + 1, 1, MOST_RETRIES + 1),
                Duration.ofSeconds(fields.number("backoff_seconds", 5, 0, 3600)),
                on);
    }
}
