package io.arketic.rag.workflow;

import io.arketic.rag.organization.Membership;
import io.arketic.rag.permission.Permission;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a step.
 *
 * @param membership of the member whose rights the run has
 * @param step its id in the definition
 * @param stepRunId of the step in its run; the same for every attempt
 * @param effectId names the step's effect; the same for every attempt
 * @param config as the definition has it, with its templates filled in and of the types that the spec says
 * @param state what the step kept when it began to wait; null before
 * @param variables what expressions of the step see
 * @param startedAt of the first attempt
 * @param deadline of this attempt
 */
public record StepCall(
        Membership membership,
        UUID executionId,
        String step,
        UUID stepRunId,
        UUID effectId,
        Map<String, Object> config,
        @Nullable Map<String, Object> state,
        Map<String, Object> variables,
        Instant startedAt,
        Instant deadline) {

    /** Returns a field of the configuration; empty if it is missing. */
    public Optional<String> text(String field) {
        return Optional.ofNullable(config.get(field)).map(String::valueOf);
    }

    public String requireText(String field) {
        return text(field).orElseThrow(() -> new StepFailure(FailureKind.INVALID, field + " is missing"));
    }

    public UUID requireId(String field) {
        return id(field, requireText(field));
    }

    public Optional<UUID> id(String field) {
        return text(field).map(text -> id(field, text));
    }

    public List<UUID> ids(String field) {
        return list(field).stream().map(each -> id(field, String.valueOf(each))).toList();
    }

    public int number(String field, int otherwise) {
        Object value = config.get(field);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Number number && number.doubleValue() == number.intValue()) {
            return number.intValue();
        }
        throw new StepFailure(FailureKind.INVALID, field + " is no whole number");
    }

    public boolean flag(String field, boolean otherwise) {
        return config.get(field) instanceof Boolean flag ? flag : otherwise;
    }

    public List<?> list(String field) {
        Object value = config.get(field);
        if (value == null) {
            return List.of();
        }
        if (value instanceof List<?> list) {
            return list;
        }
        throw new StepFailure(FailureKind.INVALID, field + " is no list");
    }

    public Map<?, ?> object(String field) {
        Object value = config.get(field);
        if (value == null) {
            return Map.of();
        }
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw new StepFailure(FailureKind.INVALID, field + " is no object");
    }

    /** @throws StepFailure where the acting member may not */
    public void require(Permission permission) {
        if (!permission.allows(membership.role())) {
            throw new StepFailure(
                    FailureKind.REFUSED,
                    "The member whose rights the run has is "
                            + membership.role().label() + " and may not do this");
        }
        if (membership.expired() && permission.needsSubscription()) {
            throw new StepFailure(FailureKind.REFUSED, "The organization's trial or subscription has ended");
        }
    }

    private static UUID id(String field, String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException none) {
            throw new StepFailure(FailureKind.INVALID, field + " is no id");
        }
    }
}
