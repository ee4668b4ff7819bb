/** Fills the generations that are built beside the live ones. */
@NullMarked
package io.arketic.ingest.reindex;

import org.jspecify.annotations.NullMarked;
