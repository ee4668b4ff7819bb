/** Provides what lists and changes share: pages and cursors, entity tags, null in a patch. */
@NullMarked
package io.arketic.rag.listing;

import org.jspecify.annotations.NullMarked;
