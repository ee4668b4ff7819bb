package io.arketic.rag.organization;

import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.identity.Caller;
import io.arketic.rag.identity.SystemRole;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.TenantContext;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** {@code /organizations/{org}/subscription}: what operators of the deployment grant an organization. */
@RestController
@RequestMapping("/api/v1/organizations/{organization}/subscription")
class SubscriptionController {

    private static final String TIERS = "free|starter|professional|enterprise";

    /** Limits that are left out are the tier's; times that are left out never come. */
    @Schema(example = """
            {"subscription_tier": "starter", "max_members": 25, "subscription_ends_at": "2027-12-31T00:00:00Z"}""")
    record Subscription(
            @NotNull @Pattern(regexp = TIERS, message = "must be " + TIERS)
            String subscriptionTier,

            @Nullable @Min(1) @Max(1_000_000) Integer maxMembers,
            @Nullable @Min(0) @Max(1_000_000) Integer maxStorageGb,
            @Nullable @Min(0) @Max(2_000_000_000) Integer maxAiRequestsPerMonth,
            @Nullable Instant trialEndsAt,
            @Nullable Instant subscriptionEndsAt) {}

    private final Transactions transactions;

    SubscriptionController(Transactions transactions) {
        this.transactions = transactions;
    }

    @Operation(
            summary = "Set an organization's tier, limits and expiry",
            description = "Limits that are left out are the tier's. An organization whose trial or subscription has "
                    + "ended can be read, and nothing is added to it.")
    @Requires(Permission.SUBSCRIPTION_CHANGE)
    @PutMapping
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void set(Caller caller, @PathVariable UUID organization, @Valid @RequestBody Subscription granted) {
        if (caller.systemRole() != SystemRole.SUPER_ADMIN) {
            throw new ProblemException(ProblemReason.FORBIDDEN, "This needs the system role super_admin.");
        }
        Tier tier = Tier.valueOf(granted.subscriptionTier().toUpperCase(Locale.ROOT));
        int found = transactions.run(
                TenantContext.of(organization, caller.userId()),
                sql -> sql.sql("""
                        UPDATE organizations
                        SET subscription_tier = CAST(:tier AS subscription_tier), max_members = :members,
                            max_storage_gb = :storage, max_ai_requests_per_month = :requests,
                            trial_ends_at = :trial, subscription_ends_at = :ends
                        WHERE id = :organization""")
                        .param("organization", organization)
                        .param("tier", granted.subscriptionTier())
                        .param("members", given(granted.maxMembers(), tier.members()))
                        .param("storage", given(granted.maxStorageGb(), tier.storageGb()))
                        .param("requests", given(granted.maxAiRequestsPerMonth(), tier.aiRequests()))
                        .param("trial", time(granted.trialEndsAt()))
                        .param("ends", time(granted.subscriptionEndsAt()))
                        .update());
        if (found == 0) {
            throw ProblemException.notFound("organization");
        }
    }

    private static int given(@Nullable Integer value, int otherwise) {
        return value == null ? otherwise : value;
    }

    private static @Nullable OffsetDateTime time(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }
}
