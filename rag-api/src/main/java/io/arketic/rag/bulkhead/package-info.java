/** How much work that waits goes on at once, shared fairly between organizations, so that requests which wait for nothing are served. */
@NullMarked
package io.arketic.rag.bulkhead;

import org.jspecify.annotations.NullMarked;
