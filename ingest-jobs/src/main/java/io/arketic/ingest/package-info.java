/** Contains the Flink jobs: from an object in the bucket to committed chunks. */
@NullMarked
package io.arketic.ingest;

import org.jspecify.annotations.NullMarked;
