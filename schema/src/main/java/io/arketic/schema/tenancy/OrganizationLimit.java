package io.arketic.schema.tenancy;

import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the database itself refuses an organization: its limits, however many come at once, and what is switched off. */
public enum OrganizationLimit {
    /** {@code organizations.max_members}. */
    MEMBERS("54Q01"),
    /** {@code organizations.max_storage_gb}; refused when the transaction commits. */
    STORAGE("54Q02"),
    /** {@code organizations.max_ai_requests_per_month}. */
    AI_REQUESTS("54Q03"),
    /** {@code organization_settings.ai_cost_budget_monthly}. */
    AI_BUDGET("54Q04"),
    /** {@code organization_settings.enable_workflows}: none is made, activated or run. */
    WORKFLOWS("54Q05"),
    /** {@code organizations.trial_ends_at}, {@code subscription_ends_at}: the ingest begins with no version. */
    SUBSCRIPTION("54Q06");

    private final String sqlState;

    OrganizationLimit(String sqlState) {
        this.sqlState = sqlState;
    }

    /** The limit that a statement or commit was refused for, also when others wrapped the refusal; else empty. */
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
