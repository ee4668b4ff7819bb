/** Limits the rate of one caller, so that others are served. */
@NullMarked
package io.arketic.rag.limit;

import org.jspecify.annotations.NullMarked;
