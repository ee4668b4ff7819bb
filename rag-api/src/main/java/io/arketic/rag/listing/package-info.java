/** What lists and changes have in common: pages and cursors, entity tags, null in a patch. */
@NullMarked
package io.arketic.rag.listing;

import org.jspecify.annotations.NullMarked;
