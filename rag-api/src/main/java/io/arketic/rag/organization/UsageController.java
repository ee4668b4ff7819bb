package io.arketic.rag.organization;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.swagger.v3.oas.annotations.Operation;
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
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

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
     * @param months those with requests, the latest first, of the last twelve
     */
    record Usage(String subscriptionTier, Use members, Use storageBytes, AiUse aiRequests, List<Month> months) {}

    private static final long GIBIBYTE = 1L << 30;

    private final Memberships memberships;
    private final Transactions transactions;
    private final Clock clock;

    UsageController(Memberships memberships, Transactions transactions, Clock clock) {
        this.memberships = memberships;
        this.transactions = transactions;
        this.clock = clock;
    }

    @Operation(summary = "See what the organization uses of its limits")
    @Requires(Permission.ORGANIZATION_READ)
    @GetMapping
    Usage get(Caller caller, @PathVariable UUID organization) {
        Membership membership = memberships.require(caller, organization);
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
                            months))
                    .single();
        });
    }

    private static Month month(ResultSet row) throws SQLException {
        return new Month(
                row.getObject("period_start", LocalDate.class),
                row.getLong("ai_requests"),
                row.getLong("ai_tokens"),
                row.getBigDecimal("ai_cost"));
    }
}
