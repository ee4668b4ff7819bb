package io.arketic.rag.organization;

import io.arketic.rag.customsettings.SettingsSchema;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.listing.EntityTag;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Accesses the table {@code organization_settings}. */
@Component
class OrganizationSettings {

    private static final TypeReference<List<String>> NAMES = new TypeReference<>() {};
    private static final TypeReference<Map<String, Object>> ANYTHING = new TypeReference<>() {};

    private final Transactions transactions;
    private final JsonMapper json;

    OrganizationSettings(Transactions transactions, JsonMapper json) {
        this.transactions = transactions;
        this.json = json;
    }

    Settings of(Membership membership) {
        return transactions.run(membership.context(), sql -> read(sql, membership, ""));
    }

    /** Returns the settings within the caller's transaction. */
    Settings of(JdbcClient sql, Membership membership) {
        return read(sql, membership, "");
    }

    /** Changes the settings; null leaves a value unchanged. It fails if the row is no longer that of {@code basis}. */
    Settings change(Membership membership, EntityTag basis, SettingsController.Change change) {
        return transactions.run(membership.context(), sql -> {
            Settings before = read(sql, membership, " FOR UPDATE");
            basis.mustMatch(before.updatedAt());
            List<String> allowed = change.allowedAiModels();
            boolean allowsAll = Boolean.TRUE.equals(change.allowAllAiModels());
            if (allowsAll && allowed != null) {
                throw ProblemException.ofField(
                        ProblemReason.INVALID_INPUT,
                        "allowed_ai_models",
                        "must be left out where allow_all_ai_models is true");
            }
            boolean keepsAll = Boolean.TRUE.equals(change.keepAllDocumentVersions());
            if (keepsAll && change.documentVersionsKept() != null) {
                throw ProblemException.ofField(
                        ProblemReason.INVALID_INPUT,
                        "document_versions_kept",
                        "must be left out where keep_all_document_versions is true");
            }
            sql.sql("""
                            UPDATE organization_settings
                            SET default_ai_model = coalesce(:model, default_ai_model),
                                allowed_ai_models = CASE WHEN :models_given
                                    THEN CAST(:models AS jsonb) ELSE allowed_ai_models END,
                                ai_cost_budget_monthly = coalesce(:budget, ai_cost_budget_monthly),
                                require_2fa = coalesce(:second_factor, require_2fa),
                                session_timeout_minutes = coalesce(:timeout, session_timeout_minutes),
                                enable_audit_logging = coalesce(:audit, enable_audit_logging),
                                data_retention_days = coalesce(:retention, data_retention_days),
                                document_versions_kept = CASE WHEN :keeps_all THEN NULL
                                    ELSE coalesce(:versions, document_versions_kept) END,
                                enable_workflows = coalesce(:workflows, enable_workflows),
                                enable_api_access = coalesce(:api, enable_api_access),
                                custom_settings = coalesce(CAST(:custom AS jsonb), custom_settings)
                            WHERE organization_id = :organization""")
                    .param("organization", membership.organizationId())
                    .param("model", change.defaultAiModel())
                    .param("models_given", allowsAll || allowed != null)
                    .param("models", allowed == null ? null : json.writeValueAsString(allowed))
                    .param("budget", change.aiCostBudgetMonthly())
                    .param("second_factor", change.require2fa())
                    .param("timeout", change.sessionTimeoutMinutes())
                    .param("audit", change.enableAuditLogging())
                    .param("retention", change.dataRetentionDays())
                    .param("keeps_all", keepsAll)
                    .param("versions", change.documentVersionsKept())
                    .param("workflows", change.enableWorkflows())
                    .param("api", change.enableApiAccess())
                    .param("custom", SettingsSchema.ORGANIZATION.text(json, change.customSettings()))
                    .update();
            Settings after = read(sql, membership, "");
            if (!after.allows(after.defaultAiModel())) {
                throw ProblemException.ofField(
                        ProblemReason.MODEL_NOT_ALLOWED, "default_ai_model", "must be one of allowed_ai_models");
            }
            return after;
        });
    }

    private Settings read(JdbcClient sql, Membership membership, String lock) {
        return sql.sql("SELECT * FROM organization_settings WHERE organization_id = :organization" + lock)
                .param("organization", membership.organizationId())
                .query((row, number) -> settings(row))
                .single();
    }

    private Settings settings(ResultSet row) throws SQLException {
        return new Settings(
                row.getObject("organization_id", UUID.class),
                row.getString("default_ai_model"),
                read(row.getString("allowed_ai_models"), NAMES),
                row.getBigDecimal("ai_cost_budget_monthly"),
                row.getBoolean("require_2fa"),
                row.getInt("session_timeout_minutes"),
                row.getBoolean("enable_audit_logging"),
                row.getInt("data_retention_days"),
                row.getObject("document_versions_kept", Integer.class),
                row.getBoolean("enable_workflows"),
                row.getBoolean("enable_api_access"),
                read(row.getString("custom_settings"), ANYTHING),
                row.getObject("updated_at", OffsetDateTime.class).toInstant());
    }

    private <T> @Nullable T read(@Nullable String text, TypeReference<T> type) {
        return text == null ? null : json.readValue(text, type);
    }
}
