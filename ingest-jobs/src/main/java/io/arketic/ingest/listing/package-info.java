/** Watches a bucket by listing it. */
@NullMarked
package io.arketic.ingest.listing;

import org.jspecify.annotations.NullMarked;
