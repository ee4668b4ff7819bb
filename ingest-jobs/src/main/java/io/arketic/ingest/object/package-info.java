/** One object of the store: fetched, read, written, or ended as dead. */
@NullMarked
package io.arketic.ingest.object;

import org.jspecify.annotations.NullMarked;
