/** Leases work to the readers of a Flink source, on all TaskManagers. */
@NullMarked
package io.arketic.ingest.lease;

import org.jspecify.annotations.NullMarked;
