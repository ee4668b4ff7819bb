package io.arketic.rag.ingestion;

import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /operations/ingest}: lag, rate and failures of the ingest of all tenants. */
@RestController
@RequestMapping("/api/v1/operations/ingest")
@Tag(name = "Operations")
class IngestOverviewController {

    private final LedgerMetrics ledger;

    IngestOverviewController(LedgerMetrics ledger) {
        this.ledger = ledger;
    }

    @Requires(Permission.OPERATIONS_READ)
    @GetMapping
    @Operation(
            summary = "See the ingest of all tenants",
            description =
                    "Counts versions of files by state and reason, with the rate at which they end and the age of "
                            + "the oldest in flight.")
    IngestOverview get() {
        return ledger.overview();
    }
}
