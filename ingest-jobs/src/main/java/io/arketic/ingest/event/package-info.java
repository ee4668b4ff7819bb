/** Parses events of the object store. */
@NullMarked
package io.arketic.ingest.event;

import org.jspecify.annotations.NullMarked;
