/** Brings the schema from version to version, and keeps its partitions, roles and retention. */
@NullMarked
package io.arketic.schema.migration;

import org.jspecify.annotations.NullMarked;
