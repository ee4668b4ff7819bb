/** The database: migrations, roles and row-level security; tenancy; what writes and searches knowledge. */
@NullMarked
package io.arketic.schema;

import org.jspecify.annotations.NullMarked;
