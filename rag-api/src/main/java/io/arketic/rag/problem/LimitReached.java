package io.arketic.rag.problem;

import io.arketic.schema.tenancy.OrganizationLimit;
import java.time.Duration;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Reports that one of an organization's limits is reached; those of a month say when to come again. */
final class LimitReached {

    private LimitReached() {}

    /** @param failure of the database, whose text names a reached cap and its end */
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
            case USAGE_CAP -> cap(failure);
        };
    }

    private static ProblemException cap(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PSQLException refusal && refusal.getServerErrorMessage() != null) {
                ServerErrorMessage said = refusal.getServerErrorMessage();
                return ProblemException.limited(
                        ProblemReason.CAP_REACHED,
                        String.valueOf(said.getMessage()),
                        Duration.ofSeconds(Long.parseLong(String.valueOf(said.getHint()))));
            }
        }
        throw new IllegalStateException("A cap refused, and does not say which", failure);
    }

    private static Duration untilNextMonth() {
        ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC);
        return Duration.between(now, YearMonth.from(now).plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC));
    }
}
