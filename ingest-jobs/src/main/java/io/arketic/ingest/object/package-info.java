/** Ingests one object of the store: fetches, reads and writes it, or ends it as dead. */
@NullMarked
package io.arketic.ingest.object;

import org.jspecify.annotations.NullMarked;
