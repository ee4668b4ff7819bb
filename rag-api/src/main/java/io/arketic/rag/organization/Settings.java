package io.arketic.rag.organization;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds an organization's decisions for its members.
 *
 * @param allowedAiModels null allows every model
 * @param aiCostBudgetMonthly in the deployment's currency, for each calendar month in UTC
 * @param dataRetentionDays after which messages, audit rows and ended runs of workflows are deleted
 * @param documentVersionsKept how many versions of a document are kept, with the latest; null for all
 */
record Settings(
        UUID organizationId,
        String defaultAiModel,
        @Nullable List<String> allowedAiModels,
        BigDecimal aiCostBudgetMonthly,
        @JsonProperty("require_2fa") boolean require2fa,
        int sessionTimeoutMinutes,
        boolean enableAuditLogging,
        int dataRetentionDays,
        @Nullable Integer documentVersionsKept,
        boolean enableWorkflows,
        boolean enableApiAccess,
        @Nullable Map<String, Object> customSettings,
        Instant updatedAt) {

    Settings withDefaultModel(String model) {
        return new Settings(
                organizationId,
                model,
                allowedAiModels,
                aiCostBudgetMonthly,
                require2fa,
                sessionTimeoutMinutes,
                enableAuditLogging,
                dataRetentionDays,
                documentVersionsKept,
                enableWorkflows,
                enableApiAccess,
                customSettings,
                updatedAt);
    }

    boolean allows(String aiModel) {
        return allowedAiModels == null || allowedAiModels.contains(aiModel);
    }
}
