/** Tenants, who belongs to them, and what each may do there. */
@NullMarked
package io.arketic.rag.organization;

import org.jspecify.annotations.NullMarked;
