package io.arketic.rag.organization;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.caller.SystemRole;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.listing.EntityTag;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.tenancy.TenantContext;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /organizations/{org}/subscription}: what operators of the deployment grant an organization. */
@RestController
@RequestMapping("/api/v1/organizations/{organization}/subscription")
class SubscriptionController {

    private static final String TIERS = "free|starter|professional|enterprise";

    /** Holds a subscription; missing limits are the tier's, and missing times never come. */
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

    private record Stored(Subscription subscription, Instant updatedAt) {}

    private final Transactions transactions;
    private final TierProperties tiers;

    SubscriptionController(Transactions transactions, TierProperties tiers) {
        this.transactions = transactions;
        this.tiers = tiers;
    }

    @Operation(
            summary = "See an organization's tier, limits and expiry",
            description = "A change is based on its ETag; every change of the organization's row makes a new " + "one.")
    @Requires(Permission.SUBSCRIPTION_CHANGE)
    @GetMapping
    ResponseEntity<Subscription> get(Caller caller, @PathVariable UUID organization) {
        return answer(
                transactions.run(TenantContext.of(organization, caller.userId()), sql -> find(sql, organization, "")));
    }

    @Operation(
            summary = "Set an organization's tier, limits and expiry",
            description = "A missing limit is the tier's; with trial_ends_at, the organization is on trial "
                    + "until then. After the end of a trial or subscription, an organization is read-only.")
    @Requires(Permission.SUBSCRIPTION_CHANGE)
    @PutMapping
    ResponseEntity<Subscription> set(
            Caller caller,
            @PathVariable UUID organization,
            @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @Valid @RequestBody Subscription granted) {
        if (caller.systemRole() != SystemRole.SUPER_ADMIN) {
            throw new ProblemException(ProblemReason.FORBIDDEN, "This needs the system role super_admin.");
        }
        EntityTag basis = EntityTag.required(ifMatch);
        TierProperties.Limits tier = tiers.of(granted.subscriptionTier());
        return answer(transactions.run(TenantContext.of(organization, caller.userId()), sql -> {
            basis.mustMatch(find(sql, organization, " FOR UPDATE").updatedAt());
            sql.sql("""
                            SELECT change_subscription(
                                :organization, CAST(:tier AS subscription_tier), :members, :storage, :requests,
                                CAST(:trial AS timestamptz), CAST(:ends AS timestamptz))""")
                    .param("organization", organization)
                    .param("tier", granted.subscriptionTier())
                    .param("members", given(granted.maxMembers(), tier.members()))
                    .param("storage", given(granted.maxStorageGb(), tier.storageGb()))
                    .param("requests", given(granted.maxAiRequestsPerMonth(), tier.aiRequestsPerMonth()))
                    .param("trial", time(granted.trialEndsAt()))
                    .param("ends", time(granted.subscriptionEndsAt()))
                    .query((row, number) -> true)
                    .single();
            return find(sql, organization, "");
        }));
    }

    private static ResponseEntity<Subscription> answer(Stored stored) {
        return ResponseEntity.ok().eTag(EntityTag.of(stored.updatedAt()).text()).body(stored.subscription());
    }

    private static Stored find(JdbcClient sql, UUID organization, String lock) {
        return sql.sql("SELECT * FROM organizations WHERE id = :organization" + lock)
                .param("organization", organization)
                .query((row, number) -> new Stored(
                        new Subscription(
                                row.getString("subscription_tier"),
                                row.getInt("max_members"),
                                row.getInt("max_storage_gb"),
                                row.getInt("max_ai_requests_per_month"),
                                instant(row, "trial_ends_at"),
                                instant(row, "subscription_ends_at")),
                        row.getObject("updated_at", OffsetDateTime.class).toInstant()))
                .optional()
                .orElseThrow(() -> ProblemException.notFound("organization"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static int given(@Nullable Integer value, int otherwise) {
        return value == null ? otherwise : value;
    }

    private static @Nullable OffsetDateTime time(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }
}
