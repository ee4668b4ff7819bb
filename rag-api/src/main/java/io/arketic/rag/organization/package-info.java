/** Manages tenants, their members, and each member's rights. */
@NullMarked
package io.arketic.rag.organization;

import org.jspecify.annotations.NullMarked;
