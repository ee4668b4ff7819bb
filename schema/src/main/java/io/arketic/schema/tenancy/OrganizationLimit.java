package io.arketic.schema.tenancy;

import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Names what the database itself refuses an organization: limits, with any number of parallel requests, and disabled
 * features.
 */
public enum OrganizationLimit {
    /** Limits members by {@code organizations.max_members}. */
    MEMBERS("54Q01"),
    /** Limits storage by {@code organizations.max_storage_gb}; the commit is refused. */
    STORAGE("54Q02"),
    /** Limits requests by {@code organizations.max_ai_requests_per_month}. */
    AI_REQUESTS("54Q03"),
    /** Limits cost by {@code organization_settings.ai_cost_budget_monthly}. */
    AI_BUDGET("54Q04"),
    /** Disables workflows by {@code organization_settings.enable_workflows}: none is created, activated or run. */
    WORKFLOWS("54Q05"),
    /**
     * Ends the ingest by {@code organizations.trial_ends_at} and {@code subscription_ends_at}: it begins no version.
     */
    SUBSCRIPTION("54Q06"),
    /** Limits requests, tokens or cost by a row of {@code usage_caps}; the message names the cap and its end. */
    USAGE_CAP("54Q07");

    private final String sqlState;

    OrganizationLimit(String sqlState) {
        this.sqlState = sqlState;
    }

    /**
     * Returns the limit for which a statement or commit was refused, also if other exceptions wrap the refusal;
     * otherwise empty.
     */
    public static Optional<OrganizationLimit> refusing(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException refused) {
                for (OrganizationLimit limit : values()) {
                    if (limit.sqlState.equals(refused.getSQLState())) {
                        return Optional.of(limit);
                    }
                }
            }
        }
        return Optional.empty();
    }
}
