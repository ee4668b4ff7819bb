/** Runs transactions of one tenant: the context for row-level security, and the connections that carry it. */
@NullMarked
package io.arketic.schema.tenancy;

import org.jspecify.annotations.NullMarked;
