/** How often one caller may come, so that the others are served. */
@NullMarked
package io.arketic.rag.limit;

import org.jspecify.annotations.NullMarked;
