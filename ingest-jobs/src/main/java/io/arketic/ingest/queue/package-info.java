/** Queues objects that changed in the database, and works on them wherever the job has a reader. */
@NullMarked
package io.arketic.ingest.queue;

import org.jspecify.annotations.NullMarked;
