package io.arketic.schema.ledger;

import java.time.Duration;
import java.util.UUID;

/**
 * Counts an organization's versions in flight that no pause holds.
 *
 * @param waiting versions on which no work has begun
 * @param working versions that an executor reads or embeds
 * @param oldest how long the oldest of them is unsettled
 */
public record LedgerBacklog(UUID organization, long waiting, long working, Duration oldest) {}
