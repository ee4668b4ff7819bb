package io.arketic.rag.problem;

import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Role;
import io.arketic.schema.tenancy.OrganizationLimit;
import java.time.Duration;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import org.postgresql.util.PSQLException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reports that one of an organization's limits is reached; those of a month say when to come again. */
final class LimitReached {

    private static final JsonMapper JSON = new JsonMapper();

    private LimitReached() {}

    /** @param failure of the database, whose detail describes a reached cap */
    static ProblemException problem(OrganizationLimit limit, Throwable failure) {
        return switch (limit) {
            case MEMBERS ->
                new ProblemException(
                        ProblemReason.MEMBER_LIMIT, "max_members is reached; remove a member or raise the limit.");
            case STORAGE ->
                new ProblemException(
                        ProblemReason.STORAGE_LIMIT, "max_storage_gb is reached; delete documents or raise the limit.");
            case AI_REQUESTS ->
                ProblemException.limited(
                        ProblemReason.AI_REQUEST_LIMIT, "max_ai_requests_per_month is reached.", untilNextMonth());
            case AI_BUDGET ->
                ProblemException.limited(
                        ProblemReason.AI_BUDGET_SPENT, "ai_cost_budget_monthly is spent.", untilNextMonth());
            case WORKFLOWS ->
                new ProblemException(
                        ProblemReason.WORKFLOWS_OFF, "enable_workflows is off in the organization's settings.");
            case SUBSCRIPTION ->
                new ProblemException(
                        ProblemReason.SUBSCRIPTION_EXPIRED, "The organization's trial or subscription has ended.");
            case USAGE_CAP -> cap(failure, true);
        };
    }

    /** Returns the problem of a reached cap, as other users of the organization may read it: without its numbers. */
    static ProblemException withoutNumbers(Throwable failure) {
        return cap(failure, false);
    }

    private static ProblemException cap(Throwable failure, boolean alone) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PSQLException refusal && refusal.getServerErrorMessage() != null) {
                JsonNode said = JSON.readTree(
                        String.valueOf(refusal.getServerErrorMessage().getDetail()));
                return ProblemException.limited(
                        ProblemReason.CAP_REACHED,
                        text(said, alone),
                        Duration.ofSeconds(said.path("seconds").longValue()));
            }
        }
        throw new IllegalStateException("A cap refused, and does not say which", failure);
    }

    /**
     * Tells callers without an account nothing of the organization, and members which kind of cap it is. Numbers are
     * for users who may read the organization's use, and for the cap of the caller.
     *
     * @param alone whether only the caller reads the text
     */
    private static String text(JsonNode cap, boolean alone) {
        if (!cap.path("role").isString()) {
            return "No more requests are answered now. Try again later.";
        }
        Role role = Role.of(cap.path("role").stringValue());
        boolean own = cap.path("subject").stringValue().equals("member");
        boolean numbers = alone && (own || Permission.USAGE_READ.allows(role));
        String name = "cap " + (numbers ? "of " + cap.path("amount").stringValue() + " " : "on ")
                + cap.path("unit").stringValue() + " per " + cap.path("period").stringValue() + " of the "
                + cap.path("subject").stringValue()
                + (numbers && cap.path("name").isString()
                        ? " \"" + cap.path("name").stringValue() + "\""
                        : "");
        if (cap.path("waits").booleanValue()) {
            return "The " + name + " has no room now. Other answers in progress reserve the rest. Try again in "
                    + cap.path("seconds").longValue() + " seconds.";
        }
        String end = "; it ends at " + cap.path("ends").stringValue() + "T00:00:00Z.";
        if (cap.path("reached").booleanValue()) {
            return "The " + name + " is reached" + end;
        }
        return "The " + name + " leaves too little"
                + (numbers
                        ? ": " + cap.path("used").stringValue() + " are used, and this request reserves "
                                + cap.path("wanted").stringValue()
                        : "")
                + end;
    }

    private static Duration untilNextMonth() {
        ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC);
        return Duration.between(now, YearMonth.from(now).plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC));
    }
}
