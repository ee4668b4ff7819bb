package io.arketic.rag.usage;

import io.arketic.rag.bulkhead.Bulkhead;
import io.arketic.rag.bulkhead.Bulkheads;
import io.arketic.rag.bulkhead.Kind;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.usage.UsageBreakdown.UsageShare;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** Serves {@code /organizations/{org}/usage}: the use of each limit. */
@RestController
@RequestMapping("/api/v1/organizations/{organization}/usage")
class UsageController {

    record Use(long used, long limit) {}

    /** Holds the use in the current calendar month in UTC. */
    record AiUse(long used, long limit, BigDecimal cost, BigDecimal budget, Instant resetsAt) {}

    record Month(LocalDate periodStart, long aiRequests, long aiTokens, BigDecimal aiCost) {}

    /**
     * Holds an organization's use.
     *
     * @param storageBytes {@code limit} too in bytes
     * @param breakdown by person, group, model, knowledge base or day, if it is asked for
     * @param months those with requests, the latest first, of the last twelve
     */
    record Usage(
            String subscriptionTier,
            Use members,
            Use storageBytes,
            AiUse aiRequests,
            List<Month> months,
            @Nullable List<UsageShare> breakdown) {}

    /** Limits the rows of an export. */
    private static final int MOST = 100_000;

    private static final long GIBIBYTE = 1L << 30;

    private final Memberships memberships;
    private final Transactions transactions;
    private final Clock clock;
    private final UsageBreakdown breakdown;
    private final Bulkhead places;

    UsageController(
            Memberships memberships,
            Transactions transactions,
            Clock clock,
            UsageBreakdown breakdown,
            Bulkheads bulkheads) {
        this.breakdown = breakdown;
        this.places = bulkheads.of(Kind.EXPORTS);
        this.memberships = memberships;
        this.transactions = transactions;
        this.clock = clock;
    }

    @Operation(
            summary = "See what the organization uses of its limits",
            description =
                    "With by, also who or what used the models from a day until another, both included, in UTC: the "
                            + "dearest first. Only admins see that. A request to several knowledge bases counts for each, and "
                            + "that of a member of several groups for each group.")
    @Requires(Permission.ORGANIZATION_READ)
    @GetMapping
    Usage get(
            Caller caller,
            @PathVariable UUID organization,
            @RequestParam(required = false)
                    @Pattern(regexp = UsageBreakdown.BY, message = "must be " + UsageBreakdown.BY)
                    @Nullable
                    String by,
            @RequestParam(required = false) @Nullable LocalDate from,
            @RequestParam(required = false) @Nullable LocalDate to,
            @RequestParam(defaultValue = "200") @Min(1) @Max(1000) int limit) {
        Membership membership = memberships.require(caller, organization);
        UsageBreakdown.Period period = breakdown.period(from, to);
        List<UsageShare> shares = by == null
                ? null
                : breakdown.read(
                        memberships.require(caller.doing(Permission.USAGE_READ), organization), by, period, limit);
        YearMonth month = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC));
        return transactions.run(membership.context(), sql -> {
            List<Month> months = sql.sql("""
                            SELECT period_start, ai_requests, ai_tokens, ai_cost FROM usage_periods
                            WHERE organization_id = :organization AND period_start > :since
                            ORDER BY period_start DESC""")
                    .param("organization", organization)
                    .param("since", month.minusMonths(12).atDay(1))
                    .query((row, number) -> month(row))
                    .list();
            Month current = months.stream()
                    .filter(used -> used.periodStart().equals(month.atDay(1)))
                    .findFirst()
                    .orElse(new Month(month.atDay(1), 0, 0, BigDecimal.ZERO));
            return sql.sql("""
                            SELECT o.subscription_tier, o.current_members, o.max_members, o.current_storage_bytes,
                                   o.max_storage_gb, o.max_ai_requests_per_month, s.ai_cost_budget_monthly
                            FROM organizations o JOIN organization_settings s ON s.organization_id = o.id
                            WHERE o.id = :organization""")
                    .param("organization", organization)
                    .query((row, number) -> new Usage(
                            row.getString("subscription_tier"),
                            new Use(row.getInt("current_members"), row.getInt("max_members")),
                            new Use(row.getLong("current_storage_bytes"), row.getInt("max_storage_gb") * GIBIBYTE),
                            new AiUse(
                                    current.aiRequests(),
                                    row.getInt("max_ai_requests_per_month"),
                                    current.aiCost(),
                                    row.getBigDecimal("ai_cost_budget_monthly"),
                                    month.plusMonths(1)
                                            .atDay(1)
                                            .atStartOfDay(ZoneOffset.UTC)
                                            .toInstant()),
                            months,
                            shares))
                    .single();
        });
    }

    @Operation(
            summary = "Export use and cost by person, group, model, knowledge base or day",
            description = "Exports CSV, in the order of the breakdown.")
    @Requires(Permission.USAGE_READ)
    @GetMapping("/export")
    @ApiResponse(
            responseCode = "200",
            description = "CSV",
            content = @Content(mediaType = "text/csv", schema = @Schema(type = "string")))
    ResponseEntity<StreamingResponseBody> export(
            Caller caller,
            @PathVariable UUID organization,
            @RequestParam(defaultValue = "day")
                    @Pattern(regexp = UsageBreakdown.BY, message = "must be " + UsageBreakdown.BY)
                    String by,
            @RequestParam(required = false) @Nullable LocalDate from,
            @RequestParam(required = false) @Nullable LocalDate to) {
        Membership membership = memberships.require(caller, organization);
        UsageBreakdown.Period period = breakdown.period(from, to);
        return ResponseEntity.ok()
                .contentType(MediaType.parseMediaType("text/csv;charset=utf-8"))
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment()
                                .filename("usage-by-" + by + ".csv")
                                .build()
                                .toString())
                .body(places.writing(
                        membership.organizationId(),
                        target -> UsageCsv.write(by, breakdown.read(membership, by, period, MOST), target)));
    }

    private static Month month(ResultSet row) throws SQLException {
        return new Month(
                row.getObject("period_start", LocalDate.class),
                row.getLong("ai_requests"),
                row.getLong("ai_tokens"),
                row.getBigDecimal("ai_cost"));
    }
}
