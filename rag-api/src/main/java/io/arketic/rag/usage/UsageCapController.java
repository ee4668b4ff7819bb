package io.arketic.rag.usage;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.listing.EntityTag;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.usage.UsageCaps.OwnCap;
import io.arketic.rag.usage.UsageCaps.UsageCap;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /organizations/{org}/usage/caps}: how much the organization, its groups and its members may use. */
@RestController
@RequestMapping("/api/v1/organizations/{organization}/usage/caps")
class UsageCapController {

    private static final String SUBJECTS = "organization|group|member";
    private static final String UNITS = "requests|tokens|cost";
    private static final String PERIODS = "day|month";

    /** Holds a cap: of the organization, of a group with {@code group_id}, of one member with {@code user_id}, or of each. */
    @Schema(name = "UsageCapWish", example = """
            {"subject": "member", "unit": "tokens", "period": "day", "amount": 200000}""")
    record Cap(
            @NotNull @Pattern(regexp = SUBJECTS, message = "must be " + SUBJECTS)
            String subject,

            @Nullable UUID groupId,
            @Nullable UUID userId,

            @NotNull @Pattern(regexp = UNITS, message = "must be " + UNITS)
            String unit,

            @NotNull @Pattern(regexp = PERIODS, message = "must be " + PERIODS)
            String period,

            @NotNull @DecimalMin("0") @Digits(integer = 12, fraction = 4)
            BigDecimal amount) {

        private List<@Nullable Object> place() {
            return Arrays.asList(subject, groupId, userId, unit, period);
        }
    }

    @Schema(name = "UsageCapsWish", example = """
            {"caps": [{"subject": "organization", "unit": "cost", "period": "month", "amount": 500}]}""")
    record Caps(@NotNull @Size(max = 1000) List<@NotNull @Valid Cap> caps) {}

    /** Lists all caps. Every cap applies; the tightest one decides. */
    record UsageCapList(List<UsageCap> items) {}

    record OwnCapList(List<OwnCap> items) {}

    private final Memberships memberships;
    private final UsageCaps caps;

    UsageCapController(Memberships memberships, UsageCaps caps) {
        this.memberships = memberships;
        this.caps = caps;
    }

    @Operation(
            summary = "List the caps on requests, tokens and cost",
            description = "Every cap applies. The tightest one decides. Days and months are in UTC.")
    @Requires(Permission.USAGE_READ)
    @GetMapping
    ResponseEntity<UsageCapList> list(Caller caller, @PathVariable UUID organization) {
        return answer(caps.list(memberships.require(caller, organization)));
    }

    @Operation(
            summary = "See how much is left of your own caps",
            description =
                    "Lists the caps of members that hold for the caller. Every one applies. Caps of groups and of the "
                            + "organization may refuse a request, too.")
    @Requires(Permission.ORGANIZATION_READ)
    @GetMapping("/mine")
    OwnCapList mine(Caller caller, @PathVariable UUID organization) {
        return new OwnCapList(caps.own(memberships.require(caller, organization)));
    }

    @Operation(
            summary = "Set the caps on requests, tokens and cost",
            description = "The list replaces the earlier one. A cap below what is used admits no more until its period "
                    + "ends. Requests under way keep what they reserved. The ETag is that of the settings.")
    @Requires(Permission.CAPS_CHANGE)
    @PutMapping
    ResponseEntity<UsageCapList> replace(
            Caller caller,
            @PathVariable UUID organization,
            @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @Valid @RequestBody Caps wanted) {
        Membership membership = memberships.require(caller, organization);
        Set<List<@Nullable Object>> places = new HashSet<>();
        for (int number = 0; number < wanted.caps().size(); number++) {
            Cap cap = wanted.caps().get(number);
            String field = "caps[" + number + "].";
            require(cap.subject().equals("group") == (cap.groupId() != null), field + "group_id", "belongs to a group");
            require(cap.userId() == null || cap.subject().equals("member"), field + "user_id", "belongs to one member");
            require(
                    cap.unit().equals("cost")
                            || cap.amount().stripTrailingZeros().scale() <= 0,
                    field + "amount",
                    "must be a whole number");
            require(places.add(cap.place()), field + "subject", "has another cap of the same unit and period");
        }
        return answer(caps.replace(membership, EntityTag.required(ifMatch), wanted.caps()));
    }

    private static void require(boolean valid, String field, String message) {
        if (!valid) {
            throw ProblemException.ofField(ProblemReason.INVALID_INPUT, field, message);
        }
    }

    private static ResponseEntity<UsageCapList> answer(UsageCaps.Stored stored) {
        return ResponseEntity.ok().eTag(EntityTag.of(stored.changedAt()).text()).body(new UsageCapList(stored.caps()));
    }
}
