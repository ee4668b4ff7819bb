/** Equipment of both jobs: retries, turns at a shared resource, bounds, and threads that read. */
@NullMarked
package io.arketic.ingest.flow;

import org.jspecify.annotations.NullMarked;
