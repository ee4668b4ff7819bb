/** Migrates the schema, and maintains its partitions, roles and retention. */
@NullMarked
package io.arketic.schema.migration;

import org.jspecify.annotations.NullMarked;
