/** Writes dead letters: what could not be ingested, and why. */
@NullMarked
package io.arketic.ingest.deadletter;

import org.jspecify.annotations.NullMarked;
