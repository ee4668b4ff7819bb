/** Long lists, a page at a time. */
@NullMarked
package io.arketic.rag.listing;

import org.jspecify.annotations.NullMarked;
