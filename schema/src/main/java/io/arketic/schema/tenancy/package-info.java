/** Transactions of one tenant: the context that row-level security reads, and the connections that carry it. */
@NullMarked
package io.arketic.schema.tenancy;

import org.jspecify.annotations.NullMarked;
