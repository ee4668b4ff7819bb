/** Events of the object store, and what they say happened. */
@NullMarked
package io.arketic.ingest.event;

import org.jspecify.annotations.NullMarked;
