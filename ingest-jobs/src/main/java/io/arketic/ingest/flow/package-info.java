/** Contains what both jobs share: retries, fair turns, limits, and threads that read. */
@NullMarked
package io.arketic.ingest.flow;

import org.jspecify.annotations.NullMarked;
