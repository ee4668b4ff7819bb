package io.arketic.rag.organization;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.deployment.DefaultModel;
import io.arketic.rag.listing.Clearable;
import io.arketic.rag.listing.EntityTag;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /organizations/{org}/settings}. */
@RestController
@RequestMapping("/api/v1/organizations/{organization}/settings")
class SettingsController {

    /**
     * Holds a change; null leaves a value unchanged, allowAllAiModels clears the list of models, and keepAllDocumentVersions
     * the number of kept versions.
     */
    @Schema(example = """
            {"session_timeout_minutes": 120, "data_retention_days": 180, "ai_cost_budget_monthly": 50.00}""")
    record Change(
            @Nullable @Size(min = 1, max = 50) String defaultAiModel,

            @Nullable @Size(min = 1, max = 50, message = "must name 1 to 50; allow_all_ai_models = true allows all")
            List<@NotBlank @Size(max = 50) String> allowedAiModels,

            @Nullable Boolean allowAllAiModels,

            @Nullable @DecimalMin("0") @DecimalMax("99999999") @Digits(integer = 8, fraction = 2)
            BigDecimal aiCostBudgetMonthly,

            @JsonProperty("require_2fa") @Nullable Boolean require2fa,
            @Nullable @Min(5) @Max(43200) Integer sessionTimeoutMinutes,
            @Nullable Boolean enableAuditLogging,
            @Nullable @Min(1) @Max(36500) Integer dataRetentionDays,
            @Nullable @Min(1) @Max(100_000) Integer documentVersionsKept,
            @Nullable Boolean keepAllDocumentVersions,
            @Nullable Boolean enableWorkflows,
            @Nullable Boolean enableApiAccess,

            @Schema(description = "What GET /custom-settings-schema/organization describes, and free data of a client.")
            @Clearable
            @Nullable
            @Size(max = 100)
            Map<String, Object> customSettings) {}

    private final Memberships memberships;
    private final OrganizationSettings settings;
    private final DefaultModel model;

    SettingsController(Memberships memberships, OrganizationSettings settings, DefaultModel model) {
        this.memberships = memberships;
        this.settings = settings;
        this.model = model;
    }

    @Operation(summary = "See the organization's settings")
    @Requires(Permission.SETTINGS_READ)
    @GetMapping
    ResponseEntity<Settings> get(Caller caller, @PathVariable UUID organization) {
        return answer(settings.of(memberships.require(caller, organization)));
    }

    @Operation(
            summary = "Change the organization's settings",
            description = "A missing field stays unchanged. allow_all_ai_models = true clears the list of "
                    + "allowed models.")
    @Requires(Permission.SETTINGS_CHANGE)
    @PatchMapping
    ResponseEntity<Settings> change(
            Caller caller,
            @PathVariable UUID organization,
            @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @Valid @RequestBody Change change) {
        Membership membership = memberships.require(caller, organization);
        if (Boolean.TRUE.equals(change.require2fa()) && !caller.provedSecondFactor()) {
            // Otherwise the user who sets it would be locked out first.
            throw new ProblemException(
                    ProblemReason.SECOND_FACTOR_REQUIRED,
                    "Log in with a second factor before requiring one of all members.");
        }
        return answer(settings.change(membership, EntityTag.required(ifMatch), change));
    }

    private ResponseEntity<Settings> answer(Settings settings) {
        return ResponseEntity.ok()
                .eTag(EntityTag.of(settings.updatedAt()).text())
                .body(settings.withDefaultModel(model.shown(settings.defaultAiModel())));
    }
}
